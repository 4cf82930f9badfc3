import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable, PolicyDocument, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/**
 * Every action that a function or a producer of ours may take, and why. Batch calls are covered by the action of the single one.
 *
 * The CDK's own grants (`grantConsumeMessages`, `grantReadWriteData`) are not used: they hold more than is called.
 */
const ACTIONS = {
  /** What the event source mapping does in the worker's name, and the worker itself: acknowledge, hide until a retry. */
  receive: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
  send: ['sqs:SendMessage'],
  /** Items of tasks, barriers, payloads and orders. */
  keepState: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
  /** Before tasks run: those that may have killed a process before, and what a task belongs to that may have been revoked. */
  lookBefore: ['dynamodb:BatchGetItem'],
  /** A canvas's heads and payloads are put, a streamed group is closed, and what follows from it at once is read; `revoke()`. */
  launch: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
  readResults: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'],
  writeLogs: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  /** Whether the mapping is as the construct made it; AWS offers no resource for it. */
  checkMapping: ['lambda:ListEventSourceMappings'],
  /** Only with a key of the customer's. SQS asks for both from whoever sends. */
  useKey: ['kms:Decrypt', 'kms:GenerateDataKey'],
  readWithKey: ['kms:Decrypt'],
  /** As AWS documents it for functions in a VPC; AWS offers no resource for it. */
  network: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
} as const;

/** What a function of ours works on. */
export interface WorkPlace {
  /** That it is given messages of. */
  readonly receives: readonly IQueue[];
  readonly sends: readonly IQueue[];
  readonly table: ITable;
}

/** Lets a function receive, send, and keep the state of tasks. */
export function mayWork(role: Role, { receives, sends, table }: WorkPlace): void {
  allow(
    role,
    ACTIONS.receive,
    receives.map(({ queueArn }) => queueArn),
  );
  allow(
    role,
    ACTIONS.send,
    sends.map(({ queueArn }) => queueArn),
  );
  allow(role, ACTIONS.keepState, [table.tableArn]);
  useKeys(role, [...receives, ...sends], table);
}

/** Lets a function do all that, and run tasks. */
export function mayRunTasks(role: Role, place: WorkPlace): void {
  mayWork(role, place);
  allow(role, ACTIONS.lookBefore, [place.table.tableArn]);
}

/** Lets a function write to its own log group. */
export function mayWriteLogs(role: Role, logGroup: ILogGroup): void {
  allow(role, ACTIONS.writeLogs, [logGroup.logGroupArn]);
}

/** What a function needs of the actions for which AWS offers no resource. */
export interface Unbounded {
  /** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
  readonly inVpc: boolean;
}

/**
 * The actions on `*`, in a policy inside the role: so that what cdk-nag is told of it is not told of what a stack grants the role,
 * which stands in a policy beside it.
 */
export function unboundedPolicies({ inVpc }: Unbounded): Record<string, PolicyDocument> {
  const actions = [...ACTIONS.checkMapping, ...(inVpc ? ACTIONS.network : [])];
  return {
    NoResourceOffered: new PolicyDocument({ statements: [new PolicyStatement({ actions, resources: ['*'] })] }),
  };
}

/** Lets a producer send to some queues, and store what a canvas needs. */
export function maySend(grantee: IGrantable, queues: readonly IQueue[], table: ITable): Grant {
  const grants = [
    Grant.addToPrincipal({ grantee, actions: [...ACTIONS.send], resourceArns: queues.map(({ queueArn }) => queueArn) }),
    Grant.addToPrincipal({ grantee, actions: [...ACTIONS.launch], resourceArns: [table.tableArn] }),
  ];
  useKeys(grantee, queues, table);
  return grants.reduce((all, grant) => all.combine(grant));
}

/** Lets somebody read states, results and groups. */
export function mayReadResults(grantee: IGrantable, table: ITable): Grant {
  table.encryptionKey?.grant(grantee, ...ACTIONS.readWithKey);
  return Grant.addToPrincipal({ grantee, actions: [...ACTIONS.readResults], resourceArns: [table.tableArn] });
}

function allow(role: Role, actions: readonly string[], resources: readonly string[]): void {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
}

/** The keys of queues and table, each once. */
function useKeys(grantee: IGrantable, queues: readonly IQueue[], { encryptionKey }: ITable): void {
  const keys = new Set<IKey | undefined>([
    ...queues.map(({ encryptionMasterKey }) => encryptionMasterKey),
    encryptionKey,
  ]);
  for (const key of keys) key?.grant(grantee, ...ACTIONS.useKey);
}
