import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../../src/base/errors.ts';
import { portsFromEnv } from '../../src/default-ports.ts';
import { readEnv } from '../../src/env.ts';
import { EVENTS } from './telemetry-contract.ts';

const PORTS = ['backend', 'barrier', 'broker', 'clock', 'payloads', 'random', 'telemetry'];
const ENOUGH = { CELERIAC_QUEUE_PREFIX: 'https://sqs.eu-west-1.amazonaws.com/1/digest-', CELERIAC_TABLE: 'digest' };

describe('readEnv', () => {
  it('reads what is set, and waits 15 minutes for unknown tasks unless told otherwise', () => {
    expect(readEnv(ENOUGH)).toEqual({
      queuePrefix: ENOUGH.CELERIAC_QUEUE_PREFIX,
      table: 'digest',
      graceSeconds: 900,
      queueUrls: {},
      checkMapping: false,
      metricsByTask: false,
    });
    expect(readEnv({ ...ENOUGH, CELERIAC_GRACE_SECONDS: '0', AWS_REGION: 'eu-west-1' })).toMatchObject({
      graceSeconds: 0,
      region: 'eu-west-1',
    });
  });

  it('reads where queues of other names are', () => {
    const payments = 'https://sqs.eu-west-1.amazonaws.com/1/legacy';
    const environment = { ...ENOUGH, CELERIAC_QUEUE_URLS: JSON.stringify({ payments }), CELERIAC_CHECK_MAPPING: '1' };
    expect(readEnv(environment)).toMatchObject({ queueUrls: { payments }, checkMapping: true });
  });

  it('reads whether every task is measured', () => {
    expect(readEnv({ ...ENOUGH, CELERIAC_METRICS_BY_TASK: '1' })).toMatchObject({ metricsByTask: true });
    expect(() => readEnv({ ...ENOUGH, CELERIAC_METRICS_BY_TASK: 'yes' })).toThrow(/CELERIAC_METRICS_BY_TASK.*0 or 1/);
  });

  it.each(['payments', '["https://a"]', '{"payments":"legacy"}', '{"payments":1}'])(
    'refuses %s as such URLs',
    (text) => {
      expect(() => readEnv({ ...ENOUGH, CELERIAC_QUEUE_URLS: text })).toThrow(/CELERIAC_QUEUE_URLS.*URLs by queue/);
    },
  );

  it('takes an empty variable for none', () => {
    expect(readEnv({ ...ENOUGH, CELERIAC_GRACE_SECONDS: '', AWS_REGION: '' })).not.toHaveProperty('region');
    expect(() => readEnv({ ...ENOUGH, CELERIAC_TABLE: '' })).toThrow(/CELERIAC_TABLE/);
  });

  it('freezes what it read', () => {
    expect(Object.isFrozen(readEnv(ENOUGH))).toBe(true);
  });

  it('reports all problems in one error, each with its variable and what was got', () => {
    const wrong = () => readEnv({ CELERIAC_QUEUE_PREFIX: 'digest-', CELERIAC_GRACE_SECONDS: '1.5' });
    expect(wrong).toThrow(ConfigurationError);
    expect(wrong).toThrow(
      /CELERIAC_QUEUE_PREFIX.*"digest-".*CELERIAC_TABLE.*got nothing.*CELERIAC_GRACE_SECONDS.*"1.5"/,
    );
  });

  it('says where the variables come from, in a test too', () => {
    expect(() => readEnv({})).toThrow(/In a test `createTestApp\(app\)`.*`celeriac env` prints them/);
  });

  it.each(['-1', 'soon', '1e3', '9999999', ' 5'])('refuses %j as grace', (grace) => {
    expect(() => readEnv({ ...ENOUGH, CELERIAC_GRACE_SECONDS: grace })).toThrow(ConfigurationError);
  });

  it.each(['ab', 'a table', 'x'.repeat(256)])('refuses %j as a table', (table) => {
    expect(() => readEnv({ ...ENOUGH, CELERIAC_TABLE: table })).toThrow(ConfigurationError);
  });

  it.each(['ftp://host/1/digest-', 'sqs.eu-west-1.amazonaws.com/1/'])('refuses %j as a prefix', (prefix) => {
    expect(() => readEnv({ ...ENOUGH, CELERIAC_QUEUE_PREFIX: prefix })).toThrow(ConfigurationError);
  });
});

describe('portsFromEnv', () => {
  it('makes every port without a call', () => {
    expect(Object.keys(portsFromEnv(ENOUGH)).sort()).toEqual(PORTS);
  });

  it('refuses an environment that says nothing', () => {
    expect(() => portsFromEnv({})).toThrow(ConfigurationError);
  });
});

describe('the metrics of ports from the environment', () => {
  afterEach(() => vi.restoreAllMocks());

  /** Whose metrics they are, of a task that has begun. */
  function measured(environment: NodeJS.ProcessEnv): unknown[] {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const { telemetry } = portsFromEnv(environment);
    telemetry.event(EVENTS.started);
    telemetry.flush();
    vi.restoreAllMocks();
    return lines.map((line) => JSON.parse(line)).map(({ app, queue, task }) => [app, queue ?? task]);
  }

  it('carry what stands before the names of the queues', () => {
    expect(measured(ENOUGH)).toEqual([['digest', 'default']]);
  });

  it('are by task as well where that is asked for', () => {
    expect(measured({ ...ENOUGH, CELERIAC_METRICS_BY_TASK: '1' })).toEqual([
      ['digest', 'default'],
      ['digest', 'digest.send'],
    ]);
  });
});
