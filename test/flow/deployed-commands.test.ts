import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoBackend } from '../../src/aws/dynamo-backend.ts';
import { systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import type { Addresses } from '../../src/local/addresses.ts';
import { type DeployedDouble, startDeployedDouble } from '../support/deployed-double.ts';
import { APP } from './fixtures/dev-process.ts';

let deployed: DeployedDouble;
let digest: Addresses;
beforeAll(async () => {
  deployed = await startDeployedDouble();
  deployed.lambda.looksUntilDone = 1;
  digest = await deployed.deploy('digest', ['payments', 'default']);
  await deployed.deploy('digest-eu', ['default', 'letters']);
});
afterAll(() => deployed?.stop());
beforeEach(() => {
  deployed.lambda.refused.clear();
  deployed.lambda.calls.length = 0;
});

/** Runs a command on the app `digest`. */
function celeriac(command: string, more: NodeJS.ProcessEnv = {}) {
  return deployed.celeriac([...command.split(' '), '--deployed', 'digest'], more);
}

async function bury(queue: string, id: string, task = 'mail'): Promise<void> {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  await deployed.sqs.send(
    new SendMessageCommand({
      QueueUrl: `${digest.queuePrefix}${queue}-dlq`,
      MessageBody: JSON.stringify({ task, args: [1] }),
      MessageAttributes: { id: text(id), task: text(task), reason: text('exhausted'), errorMessage: text('no') },
    }),
  );
}

async function messagesIn(queue: string): Promise<number> {
  const QueueUrl = digest.queuePrefix + queue;
  const { Attributes } = await deployed.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return Number(Attributes?.ApproximateNumberOfMessages);
}

function mapping(queue: string) {
  const found = deployed.lambda.mappings.find(({ UUID }) => UUID === `${queue}-of-digest`);
  if (!found) throw new Error(`no mapping of ${queue}`);
  return found;
}

function backend(): DynamoBackend {
  const { dynamo } = deployed;
  return new DynamoBackend({ client: () => dynamo, tableName: digest.table, clock: systemClock, random: systemRandom });
}

describe('a command on a deployed app', () => {
  it('finds its queues, and none of an app whose name begins the same', async () => {
    deployed.lambda.pageSize = 1;
    const { code, stdout } = await celeriac('queues');
    deployed.lambda.pageSize = 100;
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'queue',
      ...['default', 'default-lost', 'default-dlq', 'payments', 'payments-lost', 'payments-dlq'],
      '',
    ]);
  });

  it('finds a queue although it is called as the first one of another app would be', async () => {
    await deployed.deploy('third', ['default', 'of-default']);
    const { stdout } = await deployed.celeriac(['queues', '--deployed', 'third']);
    expect(stdout).toMatch(/^of-default /m);
  });

  it('says in one line that there is no such app, and what may be wrong', async () => {
    const { code, stderr } = await deployed.celeriac(['queues', '--deployed', 'diges']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^celeriac: CONFIGURATION: no app is deployed as "diges" in eu-west-1 .*AWS_REGION\n$/);
  });

  it('says which action AWS refuses', async () => {
    deployed.lambda.refused.add('ListEventSourceMappings');
    const { code, stderr } = await celeriac('queues');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^celeriac: SERVICE_FAILED: AWS refuses lambda:ListEventSourceMappings: .*\n$/);
  });

  it.each([
    ['no region', { AWS_REGION: '' }, /CONFIGURATION: no region of AWS/],
    ['no credentials', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, /CONFIGURATION: no credentials for AWS/],
    ['no network', { AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9' }, /SERVICE_FAILED: AWS does not answer/],
  ])('says in one line that there is %s', async (_what, more, text) => {
    const nowhere = { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere', AWS_MAX_ATTEMPTS: '1' };
    const { code, stderr } = await celeriac('queues', { ...nowhere, ...more });
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(text);
  });

  it('is about the app in the variables, if no other is named, and says so', async () => {
    const { code, stdout } = await celeriac('env');
    expect(code).toBe(0);
    const variables = Object.fromEntries(
      [...stdout.matchAll(/export (\w+)='(.*)'/g)].map(([, name, value]) => [name, value]),
    );
    expect(variables).toEqual({
      AWS_REGION: 'eu-west-1',
      CELERIAC_QUEUE_PREFIX: digest.queuePrefix,
      CELERIAC_TABLE: digest.table,
    });
    const told = await deployed.celeriac(['queues'], variables);
    expect(told.code).toBe(0);
    expect(told.stdout).toBe((await celeriac('queues')).stdout);
    expect(told.stderr).toContain(digest.queuePrefix);
  });
});

describe('celeriac call, result and graph on a deployed app', () => {
  it('sends where it is told, or where the code says', async () => {
    const before = await messagesIn('default');
    expect((await celeriac('call anything 1 --queue default')).code).toBe(0);
    const byCode = ['call', 'add', '1', '2', '--app', APP, '--deployed', 'digest']; // its path may hold a space
    expect((await deployed.celeriac(byCode)).code).toBe(0);
    expect(await messagesIn('default')).toBe(before + 2);
  });

  it('asks for the queue, or for the code, where neither is named', async () => {
    const { code, stderr } = await celeriac('call add 1 2');
    expect(code).toBe(1);
    expect(stderr).toMatch(/name its queue by --queue, or its code by --app/);
  });

  it('reads what is stored of a whole id, and looks for no other', async () => {
    const by = { id: 'task-of-somebody', nowMs: Date.now(), expiresAtMs: Date.now() + 1_000_000 };
    await backend().write({ kind: 'stamp', by });
    const { stdout } = await celeriac('result task-of-somebody');
    expect(JSON.parse(stdout)).toMatchObject({ id: 'task-of-somebody', state: 'PENDING' });
    const { code, stderr } = await celeriac('result somebody');
    expect(code).toBe(1);
    expect(stderr).toContain('not the whole of an id');
  });
});

describe('celeriac dlq on a deployed app', () => {
  it('lists, shows and moves back, by task or by the end of an id', async () => {
    await Promise.all(['one-000001', 'two-000002'].map((id) => bury('default', id)));
    await Promise.all(
      Array.from({ length: 23 }, (_, n) => bury('payments', `pay-0000${n + 10}`, n < 12 ? 'pay' : 'mail')),
    );
    const { stdout } = await celeriac('dlq list --task pay');
    expect(stdout.split('\n')).toHaveLength(14);
    expect((await celeriac('dlq show 000001')).stdout).toContain('"args"');
    expect((await celeriac('dlq redrive --task pay --queue payments')).stdout).toBe('12 moved back\n');
    expect((await celeriac('dlq redrive 000002')).stdout).toBe('1 moved back\n');
    expect(await Promise.all(['default-dlq', 'payments-dlq', 'payments'].map(messagesIn))).toEqual([1, 11, 12]);
  });
});

describe('celeriac pause and resume on a deployed app', () => {
  it('note it for the workers, and wait until the mapping is disabled and enabled', async () => {
    const paused = await celeriac('pause payments');
    expect(paused).toMatchObject({ code: 0, stderr: '' });
    expect(paused.stdout).toMatch(
      /payments is paused.*event source mapping to digest-worker-payments .* is disabled\..*celeriac resume payments --deployed digest/s,
    );
    expect(mapping('payments').State).toBe('Disabled');
    expect(mapping('default').State).toBe('Enabled');
    const [note] = (await backend().ordersSince(0)).queues;
    expect(note).toMatchObject({ queue: 'payments', pausedAtMs: expect.any(Number) });
    expect((await celeriac('queues')).stdout).toMatch(/^payments .* paused since \d{4}-/m);

    const again = await celeriac('pause payments');
    expect(again.stdout).toContain('was disabled already');

    const resumed = await celeriac('resume payments');
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toMatch(/payments was paused since .* is enabled\./s);
    expect(mapping('payments').State).toBe('Enabled');
    expect((await backend().ordersSince(0)).queues[0]).not.toHaveProperty('pausedAtMs');
    expect((await celeriac('resume payments')).stdout).toContain('payments was not paused');
  });

  it('pause all the same where AWS refuses to change the mapping, and exit with 1', async () => {
    deployed.lambda.refused.add('UpdateEventSourceMapping');
    const { code, stdout, stderr } = await celeriac('pause default');
    expect(code).toBe(1);
    expect(stdout).toContain('default is paused');
    expect(stderr).toMatch(/AWS refuses to disable .*lambda:UpdateEventSourceMapping.*workers obey all the same/);
    expect((await backend().ordersSince(0)).queues.find(({ queue }) => queue === 'default')).toHaveProperty(
      'pausedAtMs',
    );
    deployed.lambda.refused.clear();
    expect((await celeriac('resume default')).stdout).toContain('was enabled already');
  });

  it('touch no mapping of Lambda where only the queues are told to be elsewhere', async () => {
    const variables = {
      CELERIAC_QUEUE_PREFIX: digest.queuePrefix,
      CELERIAC_TABLE: digest.table,
      AWS_ENDPOINT_URL_LAMBDA: '',
    };
    const { code, stderr } = await deployed.celeriac(['pause', 'default'], variables);
    expect(code).toBe(1);
    expect(stderr).toContain('its event source mapping was not touched');
    expect(deployed.lambda.calls).toEqual([]);
    await celeriac('resume default');
  });

  it('refuse a queue that the app does not have', async () => {
    const { code, stderr } = await celeriac('pause letters');
    expect(code).toBe(1);
    expect(stderr).toContain('UNKNOWN_QUEUE');
    expect((await backend().ordersSince(0)).queues.some(({ queue }) => queue === 'letters')).toBe(false);
  });
});

describe('celeriac doctor', () => {
  const doctor = (path = APP) => deployed.celeriac(['doctor', path, '--deployed', 'digest']);

  it('finds right what is, and says what is not and what to do', async () => {
    const { stdout } = await doctor();
    expect(stdout).toContain('deployed as digest in eu-west-1');
    expect(stdout).toMatch(/queue default\n {2}✔ digest-default, messages live 14 days, digest-default-lost/);
    expect(stdout).toMatch(/✘ no TTL, expected on expiresAt/); // the embedded table has none
    expect(stdout).not.toContain('digest-eu');
  });

  it('exits with 1 for what is wrong, and sees what changes', async () => {
    const own = mapping('default') as { FunctionResponseTypes?: readonly string[]; State: string };
    const { FunctionResponseTypes: before = [] } = own;
    own.FunctionResponseTypes = [];
    own.State = 'Disabled';
    const { code, stdout } = await doctor();
    own.FunctionResponseTypes = before;
    own.State = 'Enabled';
    expect(code).toBe(1);
    expect(stdout).toMatch(/✘ mapping does not have ReportBatchItemFailures/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('→ celeriac resume default --deployed digest');
  });

  it('tells what it may not look at, and goes on', async () => {
    deployed.lambda.refused.add('GetFunctionRecursionConfig');
    const { stdout } = await doctor();
    expect(stdout).toMatch(/\? loop detection of the worker not looked at: .*AccessDenied/);
    expect(stdout).toMatch(/3 not looked at\n$|[1-9] not looked at\n$/);
  });

  it('says in one line that nothing is deployed', async () => {
    const { code, stderr } = await deployed.celeriac(['doctor', APP, '--deployed', 'nothing']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^celeriac: CONFIGURATION: no app is deployed as "nothing" .*\n$/);
  });
});
