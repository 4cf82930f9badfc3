import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnreadableMessageError } from '../../src/base/errors.ts';
import type { Json } from '../../src/base/json.ts';
import type { CanvasJson } from '../../src/canvas/canvas-json.ts';
import { decode, encode, MAX_BODY_BYTES } from '../../src/message/codec.ts';
import { deadLetterOf, MESSAGE_DEFAULTS, type Message, resent } from '../../src/message/message.ts';
import type { Frame, Input, Next } from '../../src/message/next.ts';

const SEED = 20_260_101;
const id = fc.stringMatching(/^[\w.:/-]{1,60}$/);
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
const timeMs = fc.integer({ min: 0, max: 8.64e12 });

const canvas: fc.Arbitrary<CanvasJson> = fc.record({
  kind: fc.constant('task'),
  task: text,
  args: fc.array(fc.jsonValue({ stringUnit: 'binary' }), { maxLength: 2 }) as fc.Arbitrary<Json[]>,
});
const input: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ result: id }),
  fc.record({ group: id, size: fc.nat(999_999_999), take: fc.constantFrom('list', 'nothing', 'empty') }),
);
const frame: fc.Arbitrary<Frame> = fc
  .record({ id, path: id, at: fc.nat(9), steps: fc.array(canvas, { minLength: 1, maxLength: 3 }) })
  .map((one) => ({ ...one, length: one.at + one.steps.length }));
const next: fc.Arbitrary<Next> = fc.record(
  {
    link: fc.array(canvas, { maxLength: 2 }),
    errbacks: fc.array(canvas, { maxLength: 2 }),
    frames: fc.array(frame, { maxLength: 3 }),
    slot: fc.record({ group: id, index: fc.nat(999_999_999) }),
  },
  { requiredKeys: [] },
);

/** Any legal message, with strings of every code unit: outside the BMP, lone surrogates, U+FFFF. */
const message: fc.Arbitrary<Message> = fc.record(
  {
    id,
    copy: id,
    task: text,
    args: fc.array(fc.jsonValue({ stringUnit: 'binary' })) as fc.Arbitrary<Json[]>,
    root: id,
    parent: id,
    retries: fc.nat(),
    etaMs: timeMs,
    expiresAtMs: timeMs,
    headers: fc.dictionary(text, fc.string({ unit: 'binary' })),
    traceparent: text,
    hops: fc.nat(200),
    again: fc.boolean(),
    claim: fc.boolean(),
    each: fc.constantFrom('map', 'starmap'),
    input,
    next,
    generation: fc.nat(9),
    round: fc.nat(9),
    redriven: fc.boolean(),
    sentAtMs: timeMs,
    limits: fc.record(
      {
        maxRetries: fc.option(fc.nat()),
        timeLimitMs: fc.nat(900_000),
        softTimeLimitMs: fc.nat(900_000),
        ignoreResult: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
  {
    requiredKeys: [
      'id',
      'copy',
      'task',
      'args',
      'root',
      'retries',
      'hops',
      'again',
      'claim',
      'generation',
      'round',
      'redriven',
      'limits',
    ],
  },
);

describe('the codec', () => {
  it('gives back every message that it wrote', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decode(encode(sent), 'sqs-id')).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
      { seed: SEED, numRuns: 3_000 },
    );
  });

  it('writes only characters that SQS takes', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(encode(sent)).toMatch(/^[\t\n\r\x20-\uD7FF\uE000-\uFFFD]*$/);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it('reads a resent message and a dead letter as the same task', () => {
    fc.assert(
      fc.property(message, fc.nat(), (sent, nowMs) => {
        const [again, dead] = [decode(encode(resent(sent, nowMs)), 'x'), decode(encode(deadLetterOf(sent)), 'x')];
        expect([again.id, again.copy, again.again]).toEqual([sent.id, sent.copy, true]);
        expect([dead.id, dead.copy, dead.round, dead.redriven]).toEqual([sent.id, sent.copy, sent.round + 1, true]);
        expect(again.sentAtMs).toBe(sent.sentAtMs ?? nowMs);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('keeps a body of a newer version whole', () => {
    const body = { v: 2, id: 'a', copy: 'c', task: 't', shape: { of: ['tomorrow'] }, args: 'packed' };
    const dead = JSON.parse(encode(deadLetterOf(decode(JSON.stringify(body), 'sqs-id'))));
    expect(dead).toEqual({ ...body, again: true, round: 1, redriven: true });
  });

  it('takes the smallest legal body', () => {
    expect(decode('{"task":"digest.send","args":[42]}', 'sqs-id')).toEqual({
      ...MESSAGE_DEFAULTS,
      id: 'sqs-id',
      copy: 'sqs-id',
      root: 'sqs-id',
      task: 'digest.send',
      args: [42],
    });
  });

  it('refuses a body that leaves no room for its dead letter', () => {
    const of = (characters: number) => ({ ...decode('{"task":"t"}', 'm'), args: ['é'.repeat(characters)] });
    expect(() => encode(of(MAX_BODY_BYTES / 2))).toThrow(/bytes, 1040384 are allowed; store the data elsewhere/);
    expect(encode(of(MAX_BODY_BYTES / 2 - 100)).length).toBeGreaterThan(500_000);
  });

  it.each([
    ['', 'not JSON'],
    ['null', 'got null'],
    ['[]', 'got a list'],
    ['{}', '`task` must be the name of a task, got nothing'],
    ['{"task":5}', '`task` must be the name of a task, got 5'],
    ['{"task":"t","args":{}}', '`args` must be a list of JSON values'],
    ['{"task":"t","eta":"tomorrow"}', '`eta` must be an ISO 8601 time with its offset'],
    ['{"task":"t","retries":-1}', '`retries` must be a whole number from 0 on, got -1'],
    ['{"task":"t","v":"2"}', '`v` must be a whole number'],
    ['{"task":"t","__proto__":{"task":"x"},"id":"a b"}', '`id` must be'],
  ])('says what is wrong with %s', (body, said) => {
    expect(() => decode(body, 'm')).toThrow(UnreadableMessageError);
    expect(() => decode(body, 'm')).toThrow(said);
  });

  it('never shows arguments or headers in an error', () => {
    for (const field of ['args', 'headers']) {
      expect(() => decode(`{"task":"t","${field}":"s3cret"}`, 'm')).toThrow(/^(?!.*s3cret)/);
    }
  });
});
