import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonOf, makeSignature, signatureFrom } from '../../src/canvas/bound-signature.ts';
import type { CallOptionsJson } from '../../src/canvas/call-options-json.ts';
import { chain } from '../../src/canvas/chain.ts';
import { chord } from '../../src/canvas/chord.ts';
import { frozenJson } from '../../src/canvas/frozen-json.ts';
import { group } from '../../src/canvas/group.ts';
import { chunksNode, mapNode } from '../../src/canvas/map-node.ts';
import type { AnySignature, Signature } from '../../src/canvas/signature.ts';
import { taskJson } from '../../src/canvas/signature-json.ts';
import { withOptions } from '../../src/canvas/with-options.ts';

const SEED = 20_260_501;

/** Any strict JSON, `__proto__` as a key and every kind of text included. */
const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
const duration = fc.oneof(
  fc.integer({ min: 1, max: 900 }),
  fc.tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom('s', 'ms')).map(([n, unit]) => `${n}${unit}`),
);
const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
const time = fc.oneof(fc.record({}), fc.record({ countdown: duration }), fc.record({ eta: date }));
const rest = fc.record(
  {
    queue: fc.string({ minLength: 1 }),
    expires: fc.oneof(duration, date),
    headers: fc.dictionary(fc.string(), fc.string()),
    ignoreResult: fc.boolean(),
    maxRetries: fc.option(fc.nat()),
    taskId: fc.uuid(),
    timeLimit: duration,
    softTimeLimit: duration,
  },
  { requiredKeys: [] },
);
const options = fc.tuple(time, rest).map(([when, others]) => ({ ...when, ...others }) as unknown as CallOptionsJson);

// biome-ignore lint/suspicious/noExplicitAny: types are not what is tested here
type Untyped = Signature<any, any>;
const name = fc.string({ minLength: 1, unit: 'binary' });
const mapped = fc.record({ task: name, elsewhere: fc.boolean() });
const args = fc.array(fc.jsonValue({ maxDepth: 1, stringUnit: 'binary' }), { maxLength: 2 });
const policy = fc.oneof(
  fc.constantFrom(undefined, 'settle' as const),
  fc.record({ atLeast: fc.nat() }),
  fc.record({ maxFailures: fc.nat() }),
);

/** Any canvas, of few parts, with options and links anywhere. */
const { canvas } = fc.letrec<{ canvas: Untyped; bare: Untyped; leaf: Untyped; parts: Untyped[] }>((tie) => ({
  leaf: fc.oneof(
    fc
      .tuple(name, args, fc.record({ immutable: fc.boolean(), elsewhere: fc.boolean() }))
      .map(([task, given, details]) => makeSignature<Untyped>(taskJson(task, given, details), undefined)),
    fc.tuple(mapped, args).map(([task, items]) => makeSignature<Untyped>(mapNode('map', task, items), undefined)),
    fc
      .tuple(mapped, fc.array(args, { maxLength: 4 }), fc.integer({ min: 1, max: 3 }))
      .map(([task, items, size]) => makeSignature<Untyped>(chunksNode(task, items, size), undefined)),
  ),
  parts: fc.array(tie('canvas'), { minLength: 1, maxLength: 3 }),
  bare: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    tie('parts').map((steps) => chain(...(steps as [Untyped])) as Untyped),
    fc
      .tuple(tie('parts'), fc.boolean())
      .map(([members, streamed]) => group(streamed ? stream(members) : members) as Untyped),
    fc.tuple(tie('parts'), tie('canvas'), policy).map(([header, body, onError]) => tolerant(header, body, onError)),
    fc.tuple(tie('canvas'), tie('canvas')).map(([first, next]) => first.pipe(next) as Untyped),
  ),
  canvas: fc
    .tuple(tie('bare'), fc.option(options), fc.option(tie('leaf')), fc.option(tie('leaf')))
    .map(([bare, given, callback, errback]) => dressed(bare, given, callback, errback)),
}));

function* stream<T>(values: readonly T[]): Generator<T> {
  yield* values;
}

/** No more successes than there are members may be asked for. */
function tolerant(header: Untyped[], body: Untyped, policy: 'settle' | object | undefined): Untyped {
  const { atLeast } = Object(policy) as { readonly atLeast?: number };
  const onError = atLeast === undefined ? policy : { atLeast: atLeast % (header.length + 1) };
  return (chord as unknown as (...args: unknown[]) => Untyped)(header, body, { onError });
}

function dressed(
  bare: Untyped,
  given: CallOptionsJson | null,
  callback: Untyped | null,
  errback: Untyped | null,
): Untyped {
  const set = given ? bare.set(given as never) : bare;
  const linked = callback && jsonOf(bare).kind !== 'group' ? set.link(callback) : set;
  return errback ? linked.linkError(errback) : linked;
}

describe('a canvas', () => {
  it('is the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(canvas, (made) => {
        const text = JSON.stringify(made);
        const read = jsonOf(JSON.parse(text));
        expect(JSON.stringify(read)).toBe(text);
        expect(JSON.stringify(signatureFrom(JSON.parse(text)))).toBe(text);
        expect(jsonOf(signatureFrom(JSON.parse(text)))).toEqual(read);
        expect(JSON.stringify(made.toJSON())).toBe(text);
        expect(isFrozen(read) && isFrozen(made.toJSON())).toBe(true);
        expect(signatureFrom(JSON.parse(text)).describe()).toBe(made.describe());
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('is never changed by what is made of it', () => {
    fc.assert(
      fc.property(canvas, options, canvas, (made, given, other) => {
        const before = JSON.stringify(made);
        const { kind } = jsonOf(made);
        const results: AnySignature[] = [
          made.set(given as never),
          made.linkError(other),
          made.onError(other),
          made.pipe(other),
          chain(made, other),
          group([made, other]),
          ...(kind === 'group' ? [] : [made.link(other)]),
        ];
        for (const result of results) JSON.stringify(result);
        expect(JSON.stringify(made)).toBe(before);
        expect(isFrozen(jsonOf(made))).toBe(true);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('is described without its arguments', () => {
    const secret = 'c0ffee-secret';
    fc.assert(
      fc.property(canvas, (made) => {
        const whole = chain(makeSignature<Untyped>(taskJson('t', [secret]), undefined), made);
        expect(whole.describe() + whole.describe({ format: 'mermaid' })).not.toContain(secret);
        expect(made.describe({ format: 'mermaid' })).toMatch(/^flowchart TD\n(?:(?: {2})+[^\n]*\n?)+$/);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

describe('options that are inherited', () => {
  it('yield to own ones and never bring an id, nor a time where the canvas does not begin', () => {
    fc.assert(
      fc.property(options, options, fc.boolean(), (own, inherited, begins) => {
        const child = taskJson('t', [], { options: own });
        const { taskId, ...from } = taskJson('t', [], { options: inherited }).options ?? {};
        const result = withOptions(child, taskId === undefined ? from : { ...from, taskId }, begins).options ?? {};
        expect(result).toMatchObject(child.options ?? {});
        expect(result.taskId).toBe(child.options?.taskId);
        expect('countdown' in result && 'eta' in result).toBe(false);
        const ownTime = 'countdown' in own || 'eta' in own;
        if (!begins || ownTime)
          expect([result.countdown, result.eta]).toEqual([child.options?.countdown, child.options?.eta]);
        else expect([result.countdown, result.eta]).toEqual([from.countdown, from.eta]);
        const { countdown: _countdown, eta: _eta, ...lasting } = from;
        expect(Object.keys(result)).toEqual(expect.arrayContaining(Object.keys(lasting)));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe('frozenJson', () => {
  it('is frozen to its depth, and says the same as what it was given', () => {
    fc.assert(
      fc.property(json, (value) => {
        const frozen = frozenJson(value, 'args');
        expect(JSON.stringify(frozen)).toBe(JSON.stringify(value));
        expect(isFrozen(frozen)).toBe(true);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

/** A stream that is listed in it is no JSON, but its members are. */
function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}
