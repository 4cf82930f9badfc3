import { chain } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { CHAINS } from '../support/celery-rows-chains.ts';
import { celeryRows, celeryWorld } from '../support/celery-world.ts';

celeryRows('chains and partials', CHAINS);

describe('a chain', () => {
  it('5: leads back from step to step, and nothing stands before the first', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chain(t.add.si(2, 2), t.add.si(4, 4), t.add.si(8, 8)));
    expect(await run(async () => handle.parent?.get())).toBe(8);
    expect(await run(async () => handle.parent?.parent?.get())).toBe(4);
    expect(handle.parent?.parent?.parent).toBeUndefined();
  });

  it('18: of no step is an error where it is built; differs: Celery sends nothing and says nothing', () => {
    const empty = chain as unknown as () => unknown; // the compiler refuses it as well
    expect(empty).toThrow('`steps` must be at least one step, got none');
  });

  it('20: a map is one message, whatever the number of its items', async () => {
    const { t, send, events } = celeryWorld();
    await send(t.tsum.map([[1], [2], [3]]));
    expect(events().filter(({ kind }) => kind === 'started')).toHaveLength(1);
  });

  it('86: differs: the root of every step is the workflow, whose id is that of its result', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chain(t.who.s(), t.who.s(), t.who.s()));
    expect(log.map((seen) => pick(seen, 'id', 'root', 'parent'))).toEqual([
      [`${id}.0`, id, null],
      [`${id}.1`, id, `${id}.0`],
      [id, id, `${id}.1`],
    ]);
  });

  it('86: a chain as a step names its own steps below its place', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chain(t.who.s(), chain(t.who.s(), t.who.s()), chain(t.who.s(), t.who.s())));
    expect(log.map((seen) => pick(seen, 'id', 'root', 'parent'))).toEqual([
      [`${id}.0`, id, null],
      [`${id}.1.0`, id, `${id}.0`],
      [`${id}.1`, id, `${id}.1.0`],
      [`${id}.2.0`, id, `${id}.1`],
      [id, id, `${id}.2.0`],
    ]);
  });

  it('runs one step after the other', async () => {
    const { t, send, log } = celeryWorld();
    await send(chain(t.rec.s(1, 'a'), t.rec.s('b'), t.rec.s('c')));
    expect(log).toEqual(['a:1', 'b:1', 'c:1']);
  });
});

function pick(seen: unknown, ...fields: readonly string[]): readonly unknown[] {
  return fields.map((field) => (seen as Record<string, unknown>)[field]);
}
