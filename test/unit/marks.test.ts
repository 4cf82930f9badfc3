import { chain, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import type { Ports } from '../../src/ports/ports.ts';
import { mark } from '../../src/protocol/mark.ts';
import { stamp } from '../../src/protocol/operator.ts';
import type { Write } from '../../src/protocol/write.ts';
import { appWorld } from '../support/app-world.ts';

/** Sees every mark, and how many are under way at a time; each takes so long. */
function watchedMarks(ms: number) {
  const marks: Extract<Write, { kind: 'mark' }>[] = [];
  const seen = { now: 0, most: 0 };
  const workerPorts = (ports: Ports): Ports => ({
    ...ports,
    backend: {
      ...ports.backend,
      write: async (write, known) => {
        if (write.kind !== 'mark') return ports.backend.write(write, known);
        marks.push(write);
        seen.now += 1;
        seen.most = Math.max(seen.most, seen.now);
        await ports.clock.sleep(ms);
        seen.now -= 1;
        return ports.backend.write(write, known);
      },
    },
  });
  return { marks, seen, workerPorts };
}

describe('the marks of a long chain', () => {
  it('are written sixteen at a time, so that a thousand fit into the time of a function', async () => {
    const { seen, marks, workerPorts } = watchedMarks(50);
    const { app, run, store, world } = appWorld({}, { functionTimeoutMs: 6_000, workerPorts });
    const bad = app.task('bad', {}, (): number => {
      throw new Error('broken');
    });
    const next = app.task('next', {}, (n: number) => n);
    await run(() => chain(bad.s(), ...Array.from({ length: 999 }, () => next.s())).applyAsync());
    expect([...store.items.values()].filter(({ marked }) => marked)).toHaveLength(999);
    expect([seen.most, marks.length]).toEqual([16, 999]);
    expect(world.coverage.has('function timeout')).toBe(false);
  });
});

describe('the marks behind a group of which many have failed', () => {
  it('name five of them; the task behind the group names a hundred', async () => {
    const { marks, workerPorts } = watchedMarks(0);
    const { app, run, store } = appWorld({}, { workerPorts });
    const bad = app.task('bad', {}, () => {
      throw new Error('broken');
    });
    const next = app.task('next', {}, (value: unknown) => value);
    const members = Array.from({ length: 120 }, () => bad.s());
    const { id } = await run(() => chain(group(members), next.s(), next.s()).applyAsync());
    expect(store.items.get(`${id}.1`)?.error?.failures).toHaveLength(100);
    expect(marks.map(({ error }) => error.failures?.map(({ index }) => index))).toEqual([[0, 1, 2, 3, 4]]);
    expect(store.items.get(id)?.error?.message).toMatch(/^120 of 120 members/);
  });
});

describe('a mark', () => {
  const by = {
    id: 'w',
    task: '',
    queue: 'default',
    root: 'w',
    copy: 'c',
    generation: 0,
    round: 0,
    redriven: false,
    nowMs: 2,
    expiresAtMs: 1e15,
  };

  it('leaves it known that the task was revoked: what it has sent looks for that', () => {
    const stamped = stamp(undefined, { kind: 'stamp', by: { id: 'w', nowMs: 1, expiresAtMs: 1e15 } });
    if (!('item' in stamped)) throw new Error('a stamp was refused');
    const error = { name: 'Error', message: 'broken' };
    const marked = mark(stamped.item, { kind: 'mark', by, state: 'FAILURE', error, cause: 'w.0' });
    expect(marked).toMatchObject({ item: { state: 'FAILURE', marked: true, revoked: true } });
  });
});
