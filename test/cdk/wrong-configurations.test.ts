import { CfnParameter, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { AttributeType, type ITable, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { type QueueProps, TaskApp, type TaskAppProps } from '../../cdk/index.ts';
import { ConfigurationError, NotBuiltError } from '../../src/base/errors.ts';
import { deployed, newStack, type PropsOf } from './synth.ts';

const seconds = Duration.seconds;

/** What is wrong, how it is written, and what the error says of it: what was got, what is allowed, what to do. */
type Case = readonly [what: string, props: PropsOf, ...says: (string | RegExp)[]];

const mail = (props: QueueProps): Partial<TaskAppProps> => ({ queues: { mail: props } });
/** Written by somebody without TypeScript. */
const unchecked = (props: object): Partial<TaskAppProps> => props;
const parameter = (stack: Stack, type = 'Number') =>
  new CfnParameter(stack, `P${stack.node.children.length}`, { type });
const many = (count: number) => Array.from({ length: count });

const TIMES: readonly Case[] = [
  [
    'a visibility below the timeout',
    mail({ visibilityTimeout: seconds(30) }),
    'queue "mail" has a `visibilityTimeout` of 30 seconds, but its worker a `timeout` of 60: tasks would be given out again while they run; leave it out, or set at least 60',
  ],
  [
    'a visibility below timeout and window',
    mail({ visibilityTimeout: seconds(70), maxBatchingWindow: seconds(20) }),
    'a `timeout` of 60 and a `maxBatchingWindow` of 20',
    'set at least 80',
  ],
  [
    'a visibility above twelve hours',
    mail({ visibilityTimeout: Duration.hours(13) }),
    '`queues.mail.visibilityTimeout` must be 0 to 43200 whole seconds, got 46800',
  ],
  [
    'a timeout below the longest time limit',
    { queues: { payments: { timeout: seconds(100) } } },
    'the worker of queue "payments" has a `timeout` of 100 seconds, but its task "payments.charge" a time limit of 120: Lambda would end the whole batch first; allow it that long, or lower the task\'s `timeLimit`',
  ],
  [
    'a timeout of all below the longest time limit of one',
    { timeout: seconds(200) },
    'the worker of queue "reports" has a `timeout` of 200 seconds, but its task "reports.build" a time limit of 840',
  ],
  ['a timeout above 15 minutes', { timeout: seconds(901) }, '`timeout` must be 1 to 900 whole seconds, got 901'],
  [
    'a timeout of no time',
    mail({ timeout: seconds(0) }),
    '`queues.mail.timeout` must be 1 to 900 whole seconds, got 0',
  ],
  ['a timeout of half a second', mail({ timeout: Duration.millis(500) }), 'must be 1 to 900 whole seconds, got 0.5'],
  [
    'a timeout as a number',
    unchecked({ timeout: 60 }),
    '`timeout` must be a Duration, got 60; write Duration.seconds(…) of aws-cdk-lib',
  ],
  [
    'a timeout that only the deployment knows',
    (stack) => ({ timeout: seconds(parameter(stack).valueAsNumber) }),
    '`timeout` must be known when the stack is synthesized, got a token',
  ],
  [
    'a window above five minutes',
    mail({ maxBatchingWindow: seconds(301) }),
    '`queues.mail.maxBatchingWindow` must be 0 to 300 whole seconds, got 301',
  ],
];

const SCALING: readonly Case[] = [
  [
    'a concurrency of one',
    mail({ maxConcurrency: 1 }),
    '`queues.mail.maxConcurrency` must be a whole number from 2 to 1000, got 1',
  ],
  [
    'a concurrency above 1,000',
    { maxConcurrency: 1_001 },
    '`maxConcurrency` must be a whole number from 2 to 1000, got 1001',
  ],
  [
    'a concurrency that only the deployment knows',
    (stack) => mail({ maxConcurrency: parameter(stack).valueAsNumber }),
    '`queues.mail.maxConcurrency` must be known when the stack is synthesized, got a token',
  ],
  [
    'provisioned pollers with a maximum concurrency',
    mail({ provisionedPollers: { minimum: 2, maximum: 5 }, maxConcurrency: 10 }),
    'queue "mail" has `provisionedPollers` and its `maxConcurrency` of 10, and AWS takes one of the two; bound it by `provisionedPollers.maximum` alone',
  ],
  [
    'provisioned pollers with the maximum concurrency that the app declares',
    { queues: { payments: { provisionedPollers: { minimum: 2, maximum: 5 } } } },
    'queue "payments" has `provisionedPollers` and the app\'s `maxConcurrency` of 4',
  ],
  [
    'too few pollers',
    mail({ provisionedPollers: { minimum: 1, maximum: 5 } }),
    '`queues.mail.provisionedPollers.minimum` must be a whole number from 2 to 200, got 1',
  ],
  [
    'too many pollers',
    { accountConcurrency: 100_000, ...mail({ provisionedPollers: { minimum: 2, maximum: 2_001 } }) },
    '`queues.mail.provisionedPollers.maximum` must be a whole number from 2 to 2000, got 2001',
  ],
  [
    'pollers without a maximum',
    mail(unchecked({ provisionedPollers: { minimum: 2 } }) as QueueProps),
    '`queues.mail.provisionedPollers.maximum` must be a whole number from 2 to 2000, got undefined',
  ],
  [
    'more pollers at least than at most',
    mail({ provisionedPollers: { minimum: 20, maximum: 10 } }),
    'has a minimum of 20, above its maximum of 10; raise the maximum',
  ],
  [
    'a batch above ten without a window',
    mail({ batchSize: 11 }),
    'queue "mail" has a `batchSize` of 11; above 10 Lambda needs a `maxBatchingWindow` of at least a second',
  ],
  [
    'a batch above 10,000',
    mail({ batchSize: 10_001, maxBatchingWindow: seconds(1) }),
    '`queues.mail.batchSize` must be a whole number from 1 to 10000, got 10001',
  ],
  ['an empty batch', mail({ batchSize: 0 }), '`queues.mail.batchSize` must be a whole number from 1 to 10000, got 0'],
  [
    'fewer reserved executions than the queue may use',
    mail({ reservedConcurrentExecutions: 10 }),
    'queue "mail" has `reservedConcurrentExecutions` of 10, fewer than the 20 invocations that it may be given',
    'set at least 20',
  ],
  [
    'more reserved executions than the account can give',
    mail({ reservedConcurrentExecutions: 950 }),
    "`reservedConcurrentExecutions` of all queues together are 950, and AWS keeps 100 of the account's 1000 free; reserve at most 900",
  ],
  [
    'more invocations of all queues than the account has',
    mail({ maxConcurrency: 960 }),
    'the queues may have 1012 invocations at the same time (mail 960, default 20, reports 20, payments 4, 2 for each lost queue), and `accountConcurrency` is 1000',
    'lower `maxConcurrency`, or set `accountConcurrency` if AWS has raised yours',
  ],
  [
    'more invocations by pollers than the account has',
    mail({ provisionedPollers: { minimum: 2, maximum: 100 } }),
    'the queues may have 1052 invocations at the same time (mail 1000,',
  ],
  [
    'more invocations than a small account has',
    { accountConcurrency: 50 },
    'the queues may have 72 invocations at the same time',
    '`accountConcurrency` is 50',
  ],
  [
    'an account without concurrency',
    { accountConcurrency: 0 },
    '`accountConcurrency` must be a whole number from 1 to 1000000, got 0',
  ],
];

const NAMES: readonly Case[] = [
  [
    'names that are too long',
    { prefix: 'a-prefix-of-many-words-for-a-stage-that-somebody-has-for-a-while-and-longer' },
    'the name "a-prefix-of-many-words-for-a-stage-that-somebody-has-for-a-while-and-longer-default-lost" has 88 characters, and SQS allows 80; take 8 off `prefix` or off the queue',
  ],
  [
    'a prefix with characters that no queue may have',
    { prefix: 'shop/staging' },
    '`prefix` must be letters, digits, - and _, without a - at its end, got "shop/staging"',
  ],
  ['a prefix that ends as the construct goes on', { prefix: 'shop-' }, 'without a - at its end, got "shop-"'],
  ['an empty prefix', { prefix: '' }, '`prefix` must be letters, digits, - and _, without a - at its end, got ""'],
  [
    'a prefix that only the deployment knows',
    (stack) => ({ prefix: parameter(stack, 'String').valueAsString }),
    '`prefix` must be known when the stack is synthesized, got a token (a parameter, or a value of another resource); write the value itself',
  ],
  [
    'an override for a queue that there is not',
    { queues: { mial: { memorySize: 1_024 } } },
    '`queues` names "mial", which the app does not declare; it declares "default", "mail", "payments", "reports": add it to the app\'s `queues`, or list it in `retired`',
  ],
  [
    'a retired queue that is declared',
    { retired: ['mail'] },
    '`retired` names queue "mail", which the app still declares: what is retired is deleted in the end; take it out of the app\'s `queues` first, or off this list',
  ],
  [
    'a retired queue with a strange name',
    { retired: ['a b'] },
    '`retired` must be names of 1 to 40 letters, digits, - or _, got "a b"',
  ],
  ['retired queues that are no list', unchecked({ retired: 'old' }), '`retired` must be a list of queues, got "old"'],
  [
    'a glob that fits no task',
    mail({ tasks: ['orders.*', 'invoices.*'] }),
    '`queues.mail.tasks` has "invoices.*", which fits no task; there are "orders.place", "mail.send", "payments.charge", "reports.build"',
  ],
  [
    'tasks that are no list',
    mail(unchecked({ tasks: 'orders.*' }) as QueueProps),
    '`queues.mail.tasks` must be a list of names or globs of tasks, got "orders.*"',
  ],
  [
    'a prop that does not exist',
    unchecked({ memory: 512 }),
    /there is no prop `memory`; there are memorySize, timeout, /,
  ],
  [
    'a prop of a queue that does not exist',
    mail(unchecked({ concurrency: 5 }) as QueueProps),
    /there is no prop of queue "mail": `concurrency`; there are memorySize, .*batchSize/,
  ],
  [
    'queues that are a list',
    unchecked({ queues: ['mail'] }),
    '`queues` must be an object of props by queue, got ["mail"]',
  ],
  [
    'a queue that is no object',
    unchecked({ queues: { mail: 5 } }),
    '`queues.mail` must be an object of props, {} for none, got 5',
  ],
];

const FUNCTIONS: readonly Case[] = [
  [
    'too little memory',
    mail({ memorySize: 64 }),
    '`queues.mail.memorySize` must be a whole number from 128 to 10240, got 64',
  ],
  ['too much memory', { memorySize: 10_241 }, '`memorySize` must be a whole number from 128 to 10240, got 10241'],
  [
    'six layers',
    (stack) => ({
      layers: many(6).map((_, place) =>
        LayerVersion.fromLayerVersionArn(stack, `L${place}`, `arn:aws:lambda:eu-west-1:1:layer:l:${place}`),
      ),
    }),
    '`layers` must be at most 5 layers, got 6',
  ],
  [
    'subnets without a VPC',
    mail({ vpcSubnets: { subnetType: SubnetType.PUBLIC } }),
    '`queues.mail.vpcSubnets` is set, but there is no `vpc` that it belongs to; set `queues.mail.vpc` as well',
  ],
  [
    'security groups without a VPC',
    (stack) => ({ securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1')] }),
    '`securityGroups` is set, but there is no `vpc` that it belongs to',
  ],
  [
    'a variable that is ours',
    { environment: { CELERIAC_TABLE: 'mine' } },
    '`environment` has CELERIAC_TABLE, which the construct sets itself; leave it out',
  ],
  [
    'a variable of ours that there is not',
    mail({ environment: { CELERIAC_GRACE: '5' } }),
    "`queues.mail.environment` has CELERIAC_GRACE, which there is not; of Celeriac's own there may be CELERIAC_GRACE_SECONDS",
  ],
  [
    "a variable that is Lambda's",
    { environment: { AWS_REGION: 'eu-west-1' } },
    '`environment` has AWS_REGION, which Lambda sets itself; call it otherwise',
  ],
  [
    'a variable that no function may have',
    { environment: { 'smtp-url': 'x' } },
    '`environment` has smtp-url, but a name has letters, digits and _, begins with a letter',
  ],
  [
    'a variable that is no text',
    mail({ environment: unchecked({ PORT: 25 }) as Record<string, string> }),
    '`queues.mail.environment.PORT` must be a text, got 25',
  ],
  [
    'more than 4 KB of variables',
    mail({ environment: { LONG: 'x'.repeat(4_000) } }),
    /the variables of the worker of queue "mail" have about 42\d\d bytes with ours, and Lambda allows 4096; keep what is long in SSM or Secrets Manager/,
  ],
  [
    'a retention of logs that CloudWatch has not',
    unchecked({ logRetention: 42 }),
    /`logRetention` must be one of 1, 3, 5, 7, .*, got 42; use one of RetentionDays/,
  ],
  [
    'a removal policy that queues have not',
    { removalPolicy: RemovalPolicy.SNAPSHOT },
    '`removalPolicy` must be one of destroy, retain, retain-on-update-or-delete, got "snapshot"',
  ],
];

const EXISTING: readonly Case[] = [
  [
    'a FIFO queue',
    (stack) => mail({ queue: Queue.fromQueueArn(stack, 'Q', 'arn:aws:sqs:eu-west-1:123456789012:mail.fifo') }),
    '`queues.mail.queue` is a FIFO queue, which is not built yet; use a standard queue',
  ],
  [
    'an existing queue with a visibility below the timeout',
    (stack) => mail({ queue: new Queue(stack, 'Q', { visibilityTimeout: seconds(30) }) }),
    'the existing queue of "mail" has a visibility timeout of 30 seconds, below the 60 that its worker may take',
    'set `visibilityTimeout` where that queue is made, or leave it out there',
  ],
  [
    'a visibility for an existing queue',
    (stack) => mail({ queue: new Queue(stack, 'Q'), visibilityTimeout: seconds(600) }),
    '`queues.mail.visibilityTimeout` cannot be set for an existing `queue`; set it where that queue is made',
  ],
  [
    'one existing queue for two',
    (stack) => {
      const queue = new Queue(stack, 'Q');
      return { queues: { mail: { queue }, reports: { queue } } };
    },
    'queues "mail" and "reports" have the same existing `queue`: two workers would take each other\'s tasks; give each its own',
  ],
  [
    'an existing queue that is retired',
    (stack) => ({ retired: ['old'], queues: { old: { queue: new Queue(stack, 'Q') } } }),
    '`retired` names "old" with a `queue` that was there before, which this stack cannot delete',
  ],
  [
    'the name of a queue in place of a queue',
    mail(unchecked({ queue: 'legacy-mail' }) as QueueProps),
    "`queues.mail.queue` must be a queue of the CDK; write Queue.fromQueueArn(this, 'Existing', '…')",
  ],
  [
    'a table with other keys',
    (stack) => ({ table: tableOf(stack, 'id') }),
    '`table` has the keys id (S, HASH), sk (N, RANGE), and must have pk (S, HASH), sk (S, RANGE); leave it out, and a table of its own is made',
  ],
  [
    'a table without TTL',
    (stack) => ({
      table: new TableV2(stack, 'T', {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
      }) as ITable,
    }),
    "`table` must delete by TTL on expiresAt, got no TTL; set `timeToLiveAttribute: 'expiresAt'` where it is made",
  ],
  [
    'the name of a table in place of a table',
    unchecked({ table: 'results' }),
    "`table` must be a table of the CDK; write Table.fromTableName(this, 'Existing', '…')",
  ],
  [
    'options for a table that is there',
    (stack) => ({ table: Table.fromTableName(stack, 'T', 'results'), tableOptions: { pointInTimeRecovery: true } }),
    '`tableOptions` are for a new table, and `table` is one that is there; set them where it is made',
  ],
  [
    'less warm throughput than a new table has',
    { tableOptions: { warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 1_000 } } },
    /`tableOptions.warmThroughput.writeUnitsPerSecond` must be a whole number from 4000 to \d+, got 1000/,
  ],
  [
    'a table that may write nothing',
    { tableOptions: { maxThroughput: { writeUnitsPerSecond: 0 } } },
    /`tableOptions.maxThroughput.writeUnitsPerSecond` must be a whole number from 1 to \d+, got 0/,
  ],
  [
    'an alarm that can never go off',
    { alarms: { inFlight: 0 } },
    /`inFlight` must be 1 to 120,000, got 0; use false for no such alarm/,
  ],
];

function tableOf(stack: Stack, partitionKey: string): ITable {
  return new Table(stack, 'T', {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.NUMBER },
    timeToLiveAttribute: 'expiresAt',
  }) as ITable;
}

/** The app's own mistakes pass through the construct as they are. */
const APPS: readonly Case[] = [
  [
    'an entry that is not there',
    { entry: 'nowhere' },
    /there is no ".*nowhere"; name an app.ts or the folder it is in/,
  ],
  ['an entry without an app', { entry: 'broken' }, /no app in ".*broken": neither app.ts nor src\/app.ts/],
  [
    'a module without an app',
    { entry: 'broken/no-app' },
    /app\.ts exports neither "app" nor a default; it must export what createApp\(\) returned/,
  ],
  ['an app without a task', { entry: 'broken/no-task' }, /has no task .*define one by app.task\(\)/],
  [
    'a route to a queue that there is not',
    { entry: 'broken/unknown-queue' },
    /taskRoutes\['mail.\*'\]: queue "mial" is not declared; declared are "default", "mail": add it to `queues`/,
  ],
  [
    'a route that fits no task',
    { entry: 'broken/idle-route' },
    'no task fits the route "mial.*"; correct it or leave it out. The tasks are mail.send',
  ],
  [
    'a time limit above 15 minutes',
    { entry: 'broken/long-limit' },
    /`timeLimit` must be at most 900 seconds, the longest a Lambda function runs, got "16m"; split the task/,
  ],
  [
    'a FIFO queue of the app',
    { entry: 'broken/fifo' },
    /`fifo` of queue "ordered" is not built yet; use a standard queue/,
  ],
  [
    'names that only the prefix makes too long',
    { entry: 'broken/long-names', prefix: 'a-stage-of-the-shop-with-quite-a-long-name' },
    'has 88 characters, and SQS allows 80; take 8 off `prefix` or off the queue',
  ],
];

describe('the construct refuses', () => {
  for (const [what, props, ...says] of [...TIMES, ...SCALING, ...NAMES, ...FUNCTIONS, ...EXISTING, ...APPS]) {
    it(what, () => {
      const text = refusal(() => deployed(props));
      for (const words of says) {
        if (typeof words === 'string') expect(text).toContain(words);
        else expect(text).toMatch(words);
      }
    });
  }

  it('an entry that is no path', () => {
    const make = (entry: string) => () => new TaskApp(newStack(), 'Tasks', { entry });
    expect(refusal(make(''))).toContain('`entry` must be the path of an app.ts, or of the folder it is in, got ""');
    expect(refusal(make(parameter(newStack(), 'String').valueAsString))).toContain('got a token');
  });

  it('two apps of one prefix in one stack', () => {
    const stack = newStack();
    deployed({}, stack);
    const text = refusal(() => deployed({ entry: 'shop-with-audit' }, stack, 'More'));
    expect(text).toContain('Stack/Tasks has the prefix "shop" as well, in the same account and region');
    expect(text).toContain('give one of them another `prefix`, or its stack another `env`');
  });

  it('nothing but what is wrong: the same values at their limits are taken', () => {
    expect(() =>
      deployed({
        prefix: 'a-prefix-of-many-words-for-a-stage-that-somebody-has-for-a-while-n',
        accountConcurrency: 1_000 + 24 + 20 + 3_000 + 8,
        queues: {
          mail: { maxConcurrency: 1_000, batchSize: 10_000, maxBatchingWindow: seconds(300), memorySize: 128 },
          reports: { provisionedPollers: { minimum: 200, maximum: 300 }, timeout: seconds(900), memorySize: 10_240 },
          payments: { timeout: seconds(120), visibilityTimeout: seconds(120) },
        },
        tableOptions: { warmThroughput: { readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000 } },
      }),
    ).not.toThrow();
  });
});

describe('its error', () => {
  it('lists everything that is wrong, and where', () => {
    const text = refusal(() =>
      deployed({
        prefix: 'a/b',
        queues: { mial: {}, mail: { maxConcurrency: 1, batchSize: 20, memorySize: 1 } },
        alarms: { inFlight: 0 },
      }),
    );
    expect(text).toMatch(/^Stack\/Tasks cannot deploy the app "shop":\n- /);
    expect(text.split('\n- ')).toHaveLength(7);
  });
});

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof ConfigurationError || error instanceof NotBuiltError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}
