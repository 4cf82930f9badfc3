import { describe, expect, it } from 'vitest';
import { checkApp } from '../../src/operations/check-app.ts';
import { type ExpectedQueue, expectedOf } from '../../src/operations/expected.ts';
import type { AppFacts, AppQueueFacts, FunctionFacts, LeftOver, QueueFacts } from '../../src/operations/facts.ts';
import type { Finding } from '../../src/operations/finding.ts';
import type { Mapping } from '../../src/operations/lambda-api.ts';

const DAYS = 86_400;
const PAUSED_AT = Date.UTC(2026, 4, 1, 8);
const PLACE = { queuePrefix: 'https://sqs.eu-west-1.amazonaws.com/1/digest-', table: 'digest-table' };
const VARIABLES = {
  CELERIAC_QUEUE_PREFIX: PLACE.queuePrefix,
  CELERIAC_TABLE: PLACE.table,
  CELERIAC_CHECK_MAPPING: '1',
};

const WORK: QueueFacts = {
  name: 'digest-default',
  visibilitySeconds: 120,
  retentionSeconds: 14 * DAYS,
  redrive: { to: 'digest-default-lost', maxReceiveCount: 20 },
  messages: 7,
};
const LOST: QueueFacts = {
  ...WORK,
  name: 'digest-default-lost',
  redrive: { to: 'digest-default-dlq', maxReceiveCount: 1_000 },
};
const { redrive: _, ...DLQ }: QueueFacts = { ...WORK, name: 'digest-default-dlq', messages: 0 };
const WORKER: FunctionFacts = {
  name: 'digest-worker',
  timeoutSeconds: 60,
  variables: VARIABLES,
  recursiveLoop: { seen: 'Allow' },
};
const MAPPING: Mapping = {
  UUID: 'u',
  FunctionArn: 'arn:aws:lambda:eu-west-1:1:function:digest-worker',
  State: 'Enabled',
  BatchSize: 10,
  MaximumBatchingWindowInSeconds: 0,
  FunctionResponseTypes: ['ReportBatchItemFailures'],
  ScalingConfig: { MaximumConcurrency: 20 },
};
const QUEUE: AppQueueFacts = {
  name: 'default',
  work: { seen: WORK },
  lost: { seen: LOST },
  dlq: { seen: DLQ },
  mappings: { seen: [MAPPING] },
  lostMappings: { seen: [MAPPING] },
  worker: { seen: WORKER },
};
const TABLE = { name: 'digest-table', status: 'ACTIVE', keys: ['pk S', 'sk S'], ttl: { seen: 'expiresAt' } } as const;
const FACTS: AppFacts = {
  prefix: 'digest',
  region: 'eu-west-1',
  place: { seen: PLACE },
  queues: [QUEUE],
  lost: { seen: { ...WORKER, name: 'digest-lost' } },
  table: { seen: TABLE },
  paused: { seen: new Map() },
  leftOvers: { seen: [] },
};

/** What is not right, as `level: text → todo`. */
function told(facts: AppFacts, expected: readonly ExpectedQueue[] = [{ name: 'default' }]): readonly string[] {
  const line = ({ level, text, todo }: Finding) => `${level}: ${text}${todo === undefined ? '' : ` → ${todo}`}`;
  return checkApp(facts, expected)
    .flatMap(({ findings }) => findings)
    .filter(({ level }) => level !== 'right')
    .map(line);
}

const withQueue = (more: Partial<AppQueueFacts>): AppFacts => ({ ...FACTS, queues: [{ ...QUEUE, ...more }] });
const withWork = (more: Partial<QueueFacts>) => withQueue({ work: { seen: { ...WORK, ...more } } });
const withMapping = (more: Partial<Mapping>) => withQueue({ mappings: { seen: [{ ...MAPPING, ...more }] } });
const withWorker = (more: Partial<FunctionFacts>) => withQueue({ worker: { seen: { ...WORKER, ...more } } });
const paused = (facts: AppFacts): AppFacts => ({ ...facts, paused: { seen: new Map([['default', PAUSED_AT]]) } });
const leftOver = (more: Partial<LeftOver>): AppFacts => ({
  ...FACTS,
  leftOvers: { seen: [{ name: 'old', messages: 0, deadLetters: 0, isMapped: false, ...more }] },
});

describe('what is deployed as it was declared', () => {
  it('gives nothing to complain of', () => {
    expect(told(FACTS)).toEqual([]);
  });

  it('neither does a queue that is paused and whose mapping is disabled', () => {
    expect(told(paused(withMapping({ State: 'Disabled' })))).toEqual([]);
  });

  it('neither does what the code leaves open', () => {
    expect(told(withMapping({ BatchSize: 3, ScalingConfig: { MaximumConcurrency: 7 } }))).toEqual([]);
    const pollers = { ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 9 }, ScalingConfig: undefined };
    expect(told(withMapping(pollers as Partial<Mapping>))).toEqual([]);
  });
});

describe('what is wrong', () => {
  it.each<[string, AppFacts, RegExp]>([
    [
      'a missing queue',
      withQueue({ work: { seen: undefined }, mappings: { seen: [] } }),
      /^wrong: work queue does not exist → deploy/,
    ],
    ['a missing lost queue', withQueue({ lost: { seen: undefined } }), /^wrong: lost queue does not exist/],
    [
      'a missing dead-letter queue',
      withQueue({ dlq: { seen: undefined } }),
      /^wrong: dead-letter queue does not exist/,
    ],
    [
      'a queue that keeps four days',
      withWork({ retentionSeconds: 4 * DAYS }),
      /^wrong: work queue keeps messages 4 days, expected 14/,
    ],
    [
      'dead letters kept for a day',
      withQueue({ dlq: { seen: { ...DLQ, retentionSeconds: DAYS } } }),
      /^wrong: dead-letter queue keeps messages 1 days/,
    ],
    [
      'no redrive',
      withQueue({ work: { seen: DLQ } }),
      /^wrong: work queue redrives nowhere, expected to digest-default-lost after 20/,
    ],
    [
      'a redrive elsewhere',
      withWork({ redrive: { to: 'x', maxReceiveCount: 20 } }),
      /^wrong: work queue redrives to x after 20 receives, expected to digest-default-lost/,
    ],
    [
      'a redrive too early',
      withWork({ redrive: { to: LOST.name, maxReceiveCount: 3 } }),
      /^wrong: .*after 3 receives, expected 20: tasks that wait/,
    ],
    [
      'a lost queue that gives up early',
      withQueue({ lost: { seen: { ...LOST, redrive: { to: DLQ.name, maxReceiveCount: 20 } } } }),
      /^wrong: lost queue .*after 20 receives, expected 1000/,
    ],
    [
      'visibility below the timeout',
      withWork({ visibilitySeconds: 30 }),
      /^wrong: work queue hides messages 30 s, less than .*60 s/,
    ],
    ['no mapping', withQueue({ mappings: { seen: [] } }), /^wrong: no event source mapping/],
    [
      'a mapping disabled by hand',
      withMapping({ State: 'Disabled' }),
      /^wrong: mapping is disabled, and nobody has paused .*→ celeriac resume default --deployed digest/,
    ],
    [
      'a disabled lost mapping',
      withQueue({ lostMappings: { seen: [{ ...MAPPING, State: 'Disabled' }] } }),
      /^wrong: lost mapping is disabled/,
    ],
    [
      'a mapping that deletes what failed',
      withMapping({ FunctionResponseTypes: [] }),
      /^wrong: mapping does not have ReportBatchItemFailures: Lambda deletes/,
    ],
    [
      'a function that cannot run',
      withWorker({ trouble: 'it is Failed: no image' }),
      /^wrong: worker digest-worker cannot be invoked: it is Failed/,
    ],
    [
      'a function of another app',
      withWorker({ variables: { ...VARIABLES, CELERIAC_QUEUE_PREFIX: 'https://x/digest-eu-' } }),
      /^wrong: worker: CELERIAC_QUEUE_PREFIX is https:\/\/x\/digest-eu-, expected …\/digest-/,
    ],
    [
      'another table',
      withWorker({ variables: { ...VARIABLES, CELERIAC_TABLE: 'x' } }),
      /^wrong: worker: CELERIAC_TABLE is x, but digest-table/,
    ],
    [
      'loop detection',
      withWorker({ recursiveLoop: { seen: 'Terminate' } }),
      /^wrong: Lambda's loop detection of the worker is Terminate, expected Allow/,
    ],
    [
      'loop detection of the lost function',
      { ...FACTS, lost: { seen: { ...WORKER, recursiveLoop: { seen: 'Terminate' } } } },
      /^wrong: Lambda's loop detection of the lost function/,
    ],
    ['no lost function', { ...FACTS, lost: { seen: undefined } }, /^wrong: there is none/],
    ['no table', { ...FACTS, table: { seen: undefined } }, /^wrong: the table that the functions name does not exist/],
    [
      'other keys',
      { ...FACTS, table: { seen: { ...TABLE, keys: ['id S'] } } },
      /^wrong: keys id S, expected pk S, sk S/,
    ],
    [
      'no TTL',
      { ...FACTS, table: { seen: { ...TABLE, ttl: { seen: undefined } } } },
      /^wrong: no TTL, expected on expiresAt/,
    ],
    [
      'TTL on something else',
      { ...FACTS, table: { seen: { ...TABLE, ttl: { seen: 'ttl' } } } },
      /^wrong: TTL on ttl, expected on expiresAt/,
    ],
    [
      'messages nobody receives',
      leftOver({ messages: 5 }),
      /^wrong: 5 messages, 0 dead letters, and nobody receives .*retired: \['old'\]/,
    ],
  ])('%s', (_what, facts, expected) => {
    const lines = told(facts);
    expect(lines.filter((line) => line.startsWith('wrong'))).toEqual([expect.stringMatching(expected)]);
    expect(lines[0]).toContain(' → ');
  });

  it('a worker that ends before its longest task', () => {
    const expected = [{ name: 'default', longestTask: { name: 'crunch', timeLimitSeconds: 300 } }];
    expect(told(FACTS, expected)).toEqual([
      expect.stringMatching(/^wrong: worker is ended after 60 s, but "crunch" may take 300 s/),
    ]);
  });
});

describe('what is to be looked at', () => {
  it.each<[string, AppFacts, RegExp]>([
    [
      'visibility without the margin',
      withWork({ visibilitySeconds: 100 }),
      /^warning: work queue hides messages 100 s, expected 120 or more \(60 s of the function \+ 0 s window \+ 60\)/,
    ],
    ['visibility without the window', withMapping({ MaximumBatchingWindowInSeconds: 30 }), /expected 150 or more/],
    [
      'a redrive too late',
      withWork({ redrive: { to: LOST.name, maxReceiveCount: 100 } }),
      /^warning: .*100 receives, expected 20/,
    ],
    [
      'a pause that left the mapping enabled',
      paused(FACTS),
      /^warning: paused since 2026-05-01T08:00:00Z, but its mapping is enabled/,
    ],
    [
      'a mapping on its way',
      withMapping({ State: 'Disabling', StateTransitionReason: 'User action' }),
      /^warning: mapping is Disabling \(User action\)/,
    ],
    [
      'a mapping with a problem',
      withMapping({ LastProcessingResult: 'PROBLEM: Lambda failed' }),
      /^warning: mapping says: PROBLEM/,
    ],
    [
      'a second mapping',
      withQueue({ mappings: { seen: [MAPPING, { ...MAPPING, FunctionArn: 'a:b:c:d:e:f:other' }] } }),
      /^warning: a second event source mapping, to other/,
    ],
    [
      'no limit of concurrency',
      withMapping({ ScalingConfig: undefined } as unknown as Partial<Mapping>),
      /^warning: as many at a time as the account has/,
    ],
    [
      'a worker that does not check its mapping',
      withWorker({ variables: { ...VARIABLES, CELERIAC_CHECK_MAPPING: '' } }),
      /^warning: worker does not look at its mapping/,
    ],
    [
      'dead letters',
      withQueue({ dlq: { seen: { ...DLQ, messages: 1 } } }),
      /^warning: 1 dead letter → celeriac dlq list --queue default --deployed digest/,
    ],
    [
      'a table being made',
      { ...FACTS, table: { seen: { ...TABLE, status: 'CREATING' } } },
      /^warning: digest-table is CREATING/,
    ],
    [
      'a queue that is drained',
      leftOver({ messages: 5, isMapped: true }),
      /^warning: 5 messages, 0 dead letters; a worker drains it → leave it/,
    ],
    [
      'a queue that is drained and empty',
      leftOver({ isMapped: true }),
      /^warning: empty; a worker reads it → take it off/,
    ],
    ['an empty queue that is left', leftOver({}), /^warning: empty, and nobody receives/],
    ['a queue of dead letters that is left', leftOver({ deadLetters: 2 }), /^warning: no message, but 2 dead letters/],
  ])('%s', (_what, facts, expected) => {
    expect(told(facts)).toEqual([expect.stringMatching(expected)]);
  });

  it('what the code says otherwise than the stack', () => {
    expect(told(FACTS, [{ name: 'default', batchSize: 1, maxConcurrency: 2 }])).toEqual([
      expect.stringMatching(/^warning: batches of 10, the code says 1 → fine if the stack sets it so/),
      expect.stringMatching(/^warning: 20 at a time, the code says 2/),
    ]);
  });
});

describe('what could not be looked at', () => {
  const unseen = { unseen: 'sqs:Any: AccessDenied' };

  it('is told, each with the reason, and is not taken for wrong', () => {
    const facts: AppFacts = {
      ...withQueue({
        work: unseen,
        mappings: unseen,
        lostMappings: unseen,
        worker: { seen: { ...WORKER, recursiveLoop: unseen } },
      }),
      table: { seen: { ...TABLE, ttl: unseen } },
      paused: unseen,
      leftOvers: unseen,
      lost: unseen,
    };
    const lines = told(facts);
    expect(lines).toHaveLength(8);
    for (const line of lines) expect(line).toMatch(/^unseen: .* not looked at: sqs:Any: AccessDenied$/);
  });

  it('hides nothing else', () => {
    const facts = withQueue({ dlq: unseen, work: { seen: { ...WORK, visibilitySeconds: 30 } } });
    expect(told(facts).map((line) => line.split(':')[0])).toEqual(['unseen', 'wrong']);
  });
});

describe('what the code declares', () => {
  it('is taken from its manifest: sizes, and the longest task that is routed there', () => {
    const queues = [
      ['default', {}],
      ['slow', { batchSize: 1, maxConcurrency: 4 }],
    ] as const;
    const tasks = [
      { name: 'a', queue: 'slow', timeLimitSeconds: 10 },
      { name: 'b', queue: 'slow', timeLimitSeconds: 200 },
      { name: 'c', queue: 'default' },
      { name: 'd', timeLimitSeconds: 800, routedByArguments: true as const },
    ];
    expect(expectedOf({ name: 'digest', queues, tasks, idleRoutes: [] })).toEqual([
      { name: 'default' },
      { name: 'slow', batchSize: 1, maxConcurrency: 4, longestTask: { name: 'b', timeLimitSeconds: 200 } },
    ]);
  });
});
