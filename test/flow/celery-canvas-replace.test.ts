import { type AnySignature, chain, chord, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { EVERYWHERE, FAILING_EVERYWHERE, MORE_REPLACE, REPLACE, replacedBy } from '../support/celery-rows-replace.ts';
import { celeryRows, celeryWorld } from '../support/celery-world.ts';

celeryRows('replace', REPLACE);
celeryRows('replace, everywhere by everything', EVERYWHERE);
celeryRows('replace by what fails', FAILING_EVERYWHERE);
celeryRows('replace beyond the sample', MORE_REPLACE);

type Seen = Readonly<Record<'id' | 'root' | 'parent' | 'group' | 'index', unknown>>;

describe('a task that is replaced', () => {
  it('135: keeps its id, and the task that takes its place knows its root, group and place', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chord([t.id.s(1), replacedBy(t, t.who.s())], t.id.s()), [null]);
    const host = `${id}.0.1`;
    expect(log as Seen[]).toMatchObject([{ id: host, root: id, parent: host, group: `${id}.0`, index: 1 }]);
  });

  it('names the inner tasks of its canvas below itself', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chain(t.id.s(1), replacedBy(t, chain(t.who.s(), t.who.s())), t.id.s()));
    const [first, last] = log as Seen[];
    expect(first?.id).toMatch(new RegExp(`^${id}\\.1\\.r\\d+.*\\.0$`));
    expect([first?.parent, first?.root]).toEqual([`${id}.1`, id]);
    expect([last?.id, last?.parent]).toEqual([`${id}.1`, first?.id]);
  });

  it('does not go on behind the replacement, though it catches what that throws', async () => {
    const { app, t, send, run, log } = celeryWorld();
    const stubborn = app.task('stubborn', { bind: true }, async (self): Promise<number> => {
      try {
        return await self.replace(t.id.s(7));
      } catch {
        log.push('caught');
      }
      return 1;
    });
    const handle = await send(stubborn.s());
    expect(await run(() => handle.get())).toBe(7);
  });

  it('reads STARTED while its replacement runs', async () => {
    const { t, run, pass } = celeryWorld();
    const state = await run(async () => {
      const handle = await chain(t.id.s(1), replacedBy(t, chain(t.slow.s(1, 10), t.id.s()))).delay();
      await pass(5);
      const now = await handle.state();
      await handle.get();
      return now;
    });
    expect(['STARTED', 'RETRY']).toContain(state);
  });

  it('is not replaced by a canvas whose arguments do not fit', async () => {
    const { t, send, run, dead } = celeryWorld();
    const wrong = (t.noargs.si as (...args: number[]) => AnySignature)(1); // the compiler refuses it too
    const handle = await send(chain(t.id.s(1), replacedBy(t, group([t.id.s(1), wrong]))));
    expect(await run(() => handle.error())).toMatchObject({ code: 'INVALID_ARGUMENTS' });
    expect(dead().map(({ message }) => message.task)).toEqual(['rAny']);
  });
});
