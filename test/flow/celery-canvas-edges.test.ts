import { type AnySignature, chain, chord, group, type Signature } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { type Choices, mulberry32, recorded } from '../../src/memory/choices.ts';
import { replacedBy } from '../support/celery-rows-replace.ts';
import { celeryWorld } from '../support/celery-world.ts';

describe('large canvases', () => {
  it('a chain of a thousand steps', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chain(t.add.s(0, 0), ...range(999).map(() => t.add.s(1))));
    expect(await run(() => handle.get())).toBe(999);
  });

  it('a group of fifteen hundred in a chain', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chain(t.id.s(1), group(range(1_500).map((n) => t.add.s(n))), t.tsum.s()));
    expect(await run(() => handle.get())).toBe(1_500 + 1_499 * 750);
  });

  it('a group in a group twenty times, by replacements', async () => {
    const { app, t, send, run } = celeryWorld();
    const nest = app.task('nest', { bind: true }, (self, n: number): unknown => {
      const inner = app.signature('nest', [n - 1]) as Signature<[], unknown>;
      return n === 0 ? 0 : (self.replace(group([inner, t.id.s(n)])) as unknown);
    }) as unknown as { s(n: number): Signature<[], unknown> }; // its type would name itself
    const handle = await send(chord([nest.s(20)], t.xsum.s()));
    expect(await run(() => handle.get())).toBe(210);
  });

  it('differs: nested more than fifty deep is an error where it is built', () => {
    const { t } = celeryWorld();
    const nested = () => range(60).reduce<AnySignature>((inner) => group([inner]), t.id.s(1));
    expect(nested).toThrow('canvases are nested more than 50 deep');
  });
});

describe('streams', () => {
  it('an async one, in a chain that is given something', async () => {
    const { t, send, run } = celeryWorld();
    async function* members() {
      for (const n of range(25)) yield t.add.s(n);
    }
    const handle = await send(chain(group(members()), t.tsum.s()), [1]);
    expect(await run(() => handle.get())).toBe(325);
    expect(await run(async () => handle.parent?.get())).toEqual(range(25).map((n) => n + 1));
  });

  it('of canvases', async () => {
    const { t, send, run } = celeryWorld();
    function* members(): Generator<AnySignature> {
      yield chain(t.id.s(1), group([t.id.s()]));
      yield chord([t.id.s(2)], t.tsum.s());
      yield group([]);
    }
    const handle = await send(chord(members() as Iterable<Signature<[], unknown>>, t.id.s())); // each misses nothing
    expect(await run(() => handle.get())).toEqual([[1], 2, []]);
  });

  it('with a member that is none reject, and nothing waits for the rest', async () => {
    const { t, send, log } = celeryWorld();
    function* members(): Generator<Signature<[], unknown>> {
      yield t.rec.s(1, 'sent');
      yield 5 as never; // the mistake
    }
    await expect(send(chord(members(), t.rec.s('body')))).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(log.filter((line) => line !== 'sent:1')).toEqual([]);
  });
});

describe('a canvas that is sent by a task', () => {
  it('is sent once, whatever dies or comes twice while it is sent', async () => {
    for (let place = 0, places = 1; place < places; place++) {
      for (let fault = 1; fault < 8; fault++) {
        const { choices, seen } = withoutLostAnswers(place, fault);
        const { app, t, send, run, log } = celeryWorld({ choices });
        const parent = app.task('parent', {}, async () => {
          void group([t.rec.s(1, 'beside')]).delay();
          return (await chord([t.id.s(1), chain(t.id.s(2), t.add.s(1))], t.rec.s('body')).delay()).id;
        });
        const handle = await send(chain(parent.s(), t.id.s()));
        const id = (await run(() => handle.get())) as string;
        expect(await run(() => app.asyncResult(id).get())).toEqual([1, 3]);
        expect([...new Set(log)].sort()).toEqual(['beside:1', 'body:[1,3]']);
        places = seen();
      }
    }
  });

  it('is sent anew by a new attempt', async () => {
    const { app, t, send, log } = celeryWorld();
    const parent = app.task('parent', { bind: true }, async (self) => {
      await chain(t.rec.s(1, 'a'), t.rec.s('b')).delay();
      if (self.request.retries === 0) self.retry({ countdown: 0 });
    });
    await send(parent.s());
    expect(log.sort()).toEqual(['a:1', 'a:1', 'b:1', 'b:1']);
  });

  /** One fault of those that a call does not report: a send that fails is the task's own failure. */
  function withoutLostAnswers(place: number, fault: number): { choices: Choices; seen: () => number } {
    let seen = 0;
    const choices = recorded(mulberry32(1), (kind, options, _position, at) => {
      if (kind !== 'fault' || !at) return 0;
      const here = seen++ === place && fault < options;
      return here && !at.faults[fault]?.startsWith('failed') ? fault : 0;
    });
    return { choices, seen: () => seen };
  }
});

describe('a replacement', () => {
  it('of a link and of an errback', async () => {
    const { t, send, log } = celeryWorld();
    await send(t.id.s(1).link(replacedBy(t, chain(t.id.s(7), t.rec.s('link')))));
    await send(t.fail.si().linkError(replacedBy(t, chain(t.id.s(8), t.rec.s('errback')))));
    expect(log).toEqual(['link:7', 'errback:8']);
  });
});

describe('a retry', () => {
  it('on another queue keeps the list of a body', async () => {
    const { app, t, send, run } = celeryWorld();
    const moved = app.task(
      'moved',
      { bind: true },
      ({ request, retry }, list: number[]): (string | number[] | null)[] => {
        if (request.queue === 'default') retry({ queue: 'other', countdown: 0 });
        return [request.queue, list];
      },
    );
    const handle = await send(chain(chord([t.id.s(1), t.id.s(2)], moved.s()), t.id.s()));
    expect(await run(() => handle.get())).toEqual(['other', [1, 2]]);
  });

  it('with other arguments inside a map is an error: they would be those of one item', async () => {
    const { app, send, run } = celeryWorld();
    const each = app.task('each', { bind: true }, (self, n: number): number => self.retry({ args: [n + 1] }));
    const handle = await send(each.map([1, 2]));
    expect(await run(() => handle.error())).toMatchObject({
      code: 'INVALID_OPTION',
      message: '`args` must be absent inside a map, whose items are all retried, got [2]',
    });
  });
});

describe('a redrive', () => {
  it('lets a chord that bears too many failures try again', async () => {
    const { app, t, send, run, redrive } = celeryWorld();
    let healed = false;
    const flaky = app.task('flaky', {}, (n: number) => {
      if (!healed) throw new RangeError('not yet');
      return n;
    });
    const handle = await send(chord([flaky.s(5), t.id.s(1)], t.id.s(), { onError: { atLeast: 2 } }).pipe(t.id.s()));
    expect(await run(() => handle.state())).toBe('FAILURE');
    healed = true;
    redrive();
    await run(async () => {});
    expect(await run(() => handle.get())).toEqual([5, 1].map((value) => ({ status: 'SUCCESS', value })));
  });

  it('of members lets a group succeed', async () => {
    const { app, t, run, redrive } = celeryWorld();
    let healed = false;
    const flaky = app.task('flaky', {}, (n: number) => {
      if (!healed) throw new RangeError('not yet');
      return n;
    });
    const handle = await run(() => group([flaky.s(1), flaky.s(2), t.id.s(3)]).delay());
    expect(await run(() => handle.completedCount())).toBe(1);
    healed = true;
    redrive();
    await run(async () => {});
    expect(await run(() => handle.get())).toEqual([1, 2, 3]);
    expect(await run(() => handle.completedCount())).toBe(3);
  });
});

describe('81: values', () => {
  it('of any JSON come through a barrier as they are', async () => {
    const { t, send, run } = celeryWorld();
    const odd: object = JSON.parse('{"__proto__":1,"a":"\\u0000😀\\ud800","constructor":{"x":[[]]}}');
    const handle = await send(chord([t.id.si(odd), t.id.si('\u0000')], t.id.s()));
    expect(JSON.stringify(await run(() => handle.get()))).toBe(JSON.stringify([odd, '\u0000']));
  });
});

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}
