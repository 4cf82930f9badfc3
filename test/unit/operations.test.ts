import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { ConfigurationError, SendError, ServiceError } from '../../src/base/errors.ts';
import { explained } from '../../src/operations/aws-error.ts';
import { listDeadLetters } from '../../src/operations/dead-letters.ts';
import type { LambdaApi } from '../../src/operations/lambda-api.ts';
import { queuesAmong, queuesOf } from '../../src/operations/place.ts';
import { ON_AWS, receiveAll } from '../../src/operations/receive-all.ts';
import { type SwitchOptions, switchMappings } from '../../src/operations/switch-mappings.ts';
import { queueUrlIn } from '../../src/ports/queue-names.ts';
import { Planted } from '../support/plant-canvas.ts';

describe('the queues of an app among names', () => {
  const trio = (name: string) => [name, `${name}-lost`, `${name}-dlq`];

  it('are those with a lost queue, the default one first', () => {
    const names = ['digest-payments', 'digest-default', 'digest-a'].flatMap(trio);
    expect(queuesAmong([...names, 'digest-notes', 'other-default-lost'], 'digest-')).toEqual([
      'default',
      'a',
      'payments',
    ]);
  });

  it('do not take those of another app that begins the same', () => {
    const names = ['digest-default', 'digest-eu', 'digest-eu-default', 'digest-eu-payments'].flatMap(trio);
    expect(queuesAmong(names, 'digest-')).toEqual(['default', 'eu']);
    expect(queuesAmong(names, 'digest-eu-')).toEqual(['default', 'payments']);
    expect(queuesOf(['digest-eu-default-lost', 'digest-default-lost'], 'digest-')).toEqual(['default', 'eu-default']);
  });
});

describe('the URL of a queue', () => {
  it('is its own where it has one, and begins as all do elsewhere', () => {
    const place = { queuePrefix: 'https://sqs/1/digest-', queueUrls: { payments: 'https://sqs/1/legacy' }, table: 't' };
    expect(queueUrlIn(place, 'payments')).toBe('https://sqs/1/legacy');
    expect(queueUrlIn(place, 'payments-dlq')).toBe('https://sqs/1/digest-payments-dlq');
  });
});

/** A queue whose receives give these answers, then none. */
function answering(answers: readonly (readonly string[])[]) {
  const left = [...answers];
  const shown: string[] = [];
  const asked: object[] = [];
  let receives = 0;
  const send = async (command: object) => {
    if (command instanceof ReceiveMessageCommand) {
      asked.push(command.input);
      const tag = ++receives;
      const Messages = (left.shift() ?? []).map(
        (MessageId): Message => ({ MessageId, ReceiptHandle: `${MessageId}@${tag}` }),
      );
      return { Messages };
    }
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      shown.push(...(command.input.Entries ?? []).map(({ ReceiptHandle = '' }) => ReceiptHandle));
    }
    return {};
  };
  return { sqs: { send } as unknown as SQSClient, shown, asked };
}

describe('a look at all messages of a queue', () => {
  const one = { ...ON_AWS, lanes: 1 };

  it('goes on after an empty answer, for SQS answers by samples', async () => {
    const seen: string[] = [];
    const { sqs, asked } = answering([['a'], [], ['b'], [], []]);
    await receiveAll(sqs, 'q', one, (messages) => void seen.push(...messages.map(({ MessageId = '' }) => MessageId)));
    expect(seen).toEqual(['a', 'b']);
    expect(asked).toHaveLength(5);
    expect(asked[0]).toMatchObject({ WaitTimeSeconds: 1, MaxNumberOfMessages: 10 });
  });

  it('ends although what it has seen comes back meanwhile, and keeps the last handle of each', async () => {
    const seen: string[] = [];
    const { sqs } = answering([['a', 'b'], ['a'], ['b', 'a'], ['c']]);
    const handles = await receiveAll(
      sqs,
      'q',
      one,
      (messages) => void seen.push(...messages.map(({ MessageId = '' }) => MessageId)),
    );
    expect(seen).toEqual(['a', 'b']);
    expect([...handles.values()]).toEqual(['a@3', 'b@3']);
  });

  it('shows every dead letter again, by its last handle', async () => {
    const planted = new Planted();
    const { sqs, shown } = answering([['a'], ['a', 'b']]);
    const parts = { sqs, place: { queuePrefix: 'http://q/', table: 't' }, ports: planted.ports, patience: one };
    const counts: number[] = [];
    expect(await listDeadLetters(parts, 'default', (count) => counts.push(count))).toHaveLength(2);
    expect(shown).toEqual(['a@2', 'b@2']);
    expect(counts).toEqual([1, 2]);
  });
});

/** A mapping that goes through these states, one a look. */
function mappingIn(first: string, states: readonly string[], enable: LambdaApi['enable'] = async () => ({})) {
  const left = [...states];
  const [told, shown]: [string[], string[]] = [[], []];
  let nowMs = 0;
  const clock: SwitchOptions['clock'] = {
    ...systemClock,
    now: () => nowMs,
    sleep: async (delayMs) => {
      nowMs += delayMs;
    },
  };
  const lambda = {
    mappings: async () => [{ UUID: 'u', FunctionArn: 'a:b:c:d:e:f:worker', State: first }],
    mapping: async () => ({ State: left.length > 1 ? left.shift() : left[0] }),
    enable: (uuid: string, enabled: boolean) => {
      told.push(`${enabled ? 'enable' : 'disable'} after ${shown.at(-1)}`);
      return enable(uuid, enabled);
    },
  } as unknown as LambdaApi;
  const switched = (enabled: boolean) =>
    switchMappings({
      lambda,
      clock,
      queueArn: 'arn',
      enabled,
      onState: (_mapping, state, s) => shown.push(`${state} ${s}`),
    });
  return { switched, told, shown };
}

const named = (name: string) => Object.assign(new Error(`${name} it is`), { name, $metadata: {} });

describe('a mapping that is switched', () => {
  it('is waited for until it has arrived, and every look is told', async () => {
    const { switched, told, shown } = mappingIn('Enabled', ['Enabled', 'Disabling', 'Disabled']);
    expect(await switched(false)).toEqual([{ mapping: 'worker (u)', outcome: 'done', state: 'Disabled' }]);
    expect(told).toEqual(['disable after Enabled 0']);
    expect(shown).toEqual(['Enabled 0', 'Enabled 2', 'Disabling 4', 'Disabled 6']);
  });

  it('is left alone if it is so already', async () => {
    const { switched, told } = mappingIn('Disabled', []);
    expect(await switched(false)).toMatchObject([{ outcome: 'already' }]);
    expect(told).toEqual([]);
  });

  it('is told once it takes orders again, where somebody else changes it just now', async () => {
    const { switched, told } = mappingIn('Disabling', ['Disabled', 'Enabling', 'Enabled']);
    expect(await switched(true)).toMatchObject([{ outcome: 'done', state: 'Enabled' }]);
    expect(told).toEqual(['enable after Disabled 2']);
  });

  it('is told again where Lambda says that it is in use', async () => {
    let refusals = 0;
    const { switched, told } = mappingIn('Enabled', ['Enabled', 'Enabled', 'Disabling', 'Disabled'], async () => {
      if (refusals++ === 0) throw named('ResourceInUseException');
      return {};
    });
    expect(await switched(false)).toMatchObject([{ outcome: 'done' }]);
    expect(told).toEqual(['disable after Enabled 0', 'disable after Enabled 2']);
  });

  it('is given up after five minutes', async () => {
    const { switched, shown } = mappingIn('Enabled', ['Disabling']);
    expect(await switched(false)).toMatchObject([{ outcome: 'late', state: 'Disabling' }]);
    expect(shown.at(-1)).toBe('Disabling 300');
  });

  it('stays as it is where AWS refuses', async () => {
    const { switched } = mappingIn('Enabled', ['Enabled'], () => Promise.reject(named('AccessDeniedException')));
    expect(await switched(false)).toMatchObject([{ outcome: 'denied', state: 'Enabled' }]);
  });
});

describe('an error of AWS in words of an operator', () => {
  it.each<[string, unknown, new (...args: never[]) => Error, RegExp]>([
    ['no credentials', named('CredentialsProviderError'), ConfigurationError, /no credentials for AWS .*AWS_PROFILE/],
    ['no region', new Error('Region is missing'), ConfigurationError, /no region of AWS .*; set AWS_REGION/],
    [
      'credentials that have run out',
      named('ExpiredTokenException'),
      ConfigurationError,
      /does not take the credentials: ExpiredToken/,
    ],
    ['a refusal', named('AccessDenied'), ServiceError, /AWS refuses sqs:Any: AccessDenied it is; allow it/],
    [
      'nobody there',
      Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }),
      ServiceError,
      /does not answer: ECONNREFUSED; /,
    ],
    ['anything else', named('InternalFailure'), ServiceError, /did not carry out sqs:Any: InternalFailure/],
    [
      'one of them below ours',
      new ServiceError('AWS could not read', { cause: named('ExpiredToken') }),
      ConfigurationError,
      /credentials/,
    ],
  ])('%s', (_what, error, kind, text) => {
    const told = explained(error, 'sqs:Any');
    expect(told).toBeInstanceOf(kind);
    expect((told as Error).message).toMatch(text);
  });

  it('leaves our own and those of others as they are', () => {
    for (const error of [new SendError('not sent', { cause: named('TimeoutError') }), new TypeError('a mistake')]) {
      expect(explained(error)).toBe(error);
    }
  });
});
