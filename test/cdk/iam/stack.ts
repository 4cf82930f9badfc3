import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { TaskApp } from '../../../cdk/index.ts';
import { newStack } from '../synth.ts';
import { APP } from './everything.ts';
import type { Right } from './policies.ts';

/** The app as it is deployed, with everybody who has a grant of it. */
export interface AllowedStack {
  readonly template: Template;
  /** The logical ids of roles, by whose they are. */
  readonly roles: Readonly<Record<Principal, string>>;
}

/** Those who call AWS: functions, and who has `grantSend`, `grantReadResults` or, by `configure`, both. */
export const PRINCIPALS = ['worker default', 'worker other', 'lost function', 'sender', 'reader', 'producer'] as const;
export type Principal = (typeof PRINCIPALS)[number];

/** Makes a stack of the app; with a key for everything, and workers in a VPC, if `guarded`. */
export function allowedStack(guarded = false): AllowedStack {
  const stack = newStack();
  const guards = guarded ? { encryptionKey: new Key(stack, 'Key'), vpc: new Vpc(stack, 'Vpc') as IVpc } : {};
  const tasks = new TaskApp(stack, 'Tasks', { entry: APP, ...guards });
  const assumedBy = new ServicePrincipal('ecs-tasks.amazonaws.com');
  tasks.grantSend(new Role(stack, 'Sender', { assumedBy }));
  tasks.grantReadResults(new Role(stack, 'Reader', { assumedBy }));
  const code = Code.fromInline('exports.handler = async () => {};');
  tasks.configure(
    new LambdaFunction(stack, 'Producer', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code }),
  );
  const template = Template.fromStack(stack);
  return {
    template,
    roles: {
      'worker default': readerOf(template, 'allowed-default').role,
      'worker other': readerOf(template, 'allowed-other').role,
      'lost function': readerOf(template, 'allowed-default-lost').role,
      sender: roleCalled(template, 'Sender'),
      reader: roleCalled(template, 'Reader'),
      producer: roleCalled(template, 'ProducerServiceRole'),
    },
  };
}

/** The function that is given the messages of a queue: its role, and its variables. */
export function readerOf(template: Template, queue: string) {
  const [queueId] = Object.keys(template.findResources('AWS::SQS::Queue', { Properties: { QueueName: queue } }));
  const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
  const mapping = mappings.find(({ Properties }) => Properties.EventSourceArn['Fn::GetAtt'][0] === queueId);
  if (!mapping) throw new Error(`nobody is given the messages of "${queue}"`);
  const { Properties } = template.toJSON().Resources[mapping.Properties.FunctionName.Ref];
  return {
    role: Properties.Role['Fn::GetAtt'][0] as string,
    variables: Properties.Environment.Variables as Readonly<Record<string, unknown>>,
  };
}

/** The logical id of a role by its id in the stack. */
export function roleCalled(template: Template, id: string): string {
  const found = Object.keys(template.findResources('AWS::IAM::Role')).filter((each) =>
    new RegExp(`^${id}[0-9A-F]{8}$`).test(each),
  );
  if (found.length !== 1) throw new Error(`there are ${found.length} roles "${id}"`);
  return found[0] as string;
}

/** The log group of the function that has a role, as policies name it. */
export function logGroupOf(template: Template, role: string): string {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const own = functions.find(({ Properties }) => Properties.Role['Fn::GetAtt'][0] === role);
  return `arn:AWS::Logs::LogGroup:${own?.Properties.LoggingConfig.LogGroup.Ref}`;
}

/** A queue as policies name it. */
export function queueArn(name: string): string {
  return `arn:AWS::SQS::Queue:${name}`;
}

/** The table as policies name it. */
export function tableArn(template: Template): string {
  return `arn:AWS::DynamoDB::Table:${Object.keys(template.findResources('AWS::DynamoDB::Table'))[0]}`;
}

/** A right as a line, for lists that a test compares. */
export function lineOf({ action, resource }: Right): string {
  return `${action} ${resource}`;
}
