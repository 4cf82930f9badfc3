import { chain, chord, type GroupResult, group, type MemberReport } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { GROUPS } from '../support/celery-rows-groups.ts';
import { NESTING } from '../support/celery-rows-nesting.ts';
import { SHAPES } from '../support/celery-rows-shapes.ts';
import { celeryRows, celeryWorld } from '../support/celery-world.ts';

celeryRows('groups and chords', GROUPS);
celeryRows('operator shapes', SHAPES);
celeryRows('groups and chords beyond the sample', NESTING);

type Seen = Readonly<Record<'id' | 'root' | 'parent' | 'group' | 'index', unknown>>;

describe('the handle of a chord', () => {
  it('43: leads back to its header, a group with a list of its own', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chord([t.add.s(2, 2), t.add.s(4, 4)], t.tsum.s()));
    const header = handle.parent as GroupResult<number[]>;
    expect(await run(() => header.get())).toEqual([4, 8]);
    expect(await run(() => Promise.all(header.results.map((one) => one.get())))).toEqual([4, 8]);
    expect(header.children.map(({ id }) => id)).toEqual([`${handle.id}.0.0`, `${handle.id}.0.1`]);
  });

  it('tells what became of each member', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chord([t.add.s(2, 2), t.again.s(4, 2), chain(t.id.s(1), t.mul.s(2))], t.tsum.s()));
    const reports: MemberReport[] = [];
    await run(async () => {
      for await (const report of handle.members()) reports.push(report);
    });
    expect(reports.map(({ index, id, task, state, retries }) => [index, id, task, state, retries])).toEqual([
      [0, `${handle.id}.0.0`, 'add', 'SUCCESS', 0],
      [1, `${handle.id}.0.1`, 'again', 'SUCCESS', 2],
      [2, `${handle.id}.0.2`, 'mul', 'SUCCESS', 0],
    ]);
  });
});

describe('ids and parents', () => {
  it('87: members know their group and their place; differs: the root is the workflow', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chain(t.who.s(), group([t.who.s(), t.who.s()]), t.who.s()));
    const [first, ...members] = log as Seen[];
    const body = members.pop();
    expect(first).toMatchObject({ id: `${id}.0`, root: id, parent: null, group: null, index: null });
    expect(members.sort((a, b) => Number(a.index) - Number(b.index))).toMatchObject(
      [0, 1].map((index) => ({ id: `${id}.1.${index}`, root: id, parent: `${id}.0`, group: `${id}.1`, index })),
    );
    expect(body).toMatchObject({ id, root: id, parent: `${id}.1`, group: null, index: null });
  });

  it('a chord has one root; differs: in Celery each member of a header is its own', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chord([t.who.s(), t.who.s()], t.who.s()));
    expect((log as Seen[]).map(({ root }) => root)).toEqual([id, id, id]);
  });

  it('a chain as a member has the place at its end only', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(group([chain(t.who.s(), t.who.s())]));
    expect(log).toMatchObject([
      { id: `${id}.0.0`, parent: null, group: id, index: 0 },
      { id: `${id}.0`, parent: `${id}.0.0`, group: id, index: 0 },
    ]);
  });

  it('members of a nested group have its own places', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(group([t.id.s(0), group([t.who.s(), t.who.s()])]));
    const seen = (log as Seen[]).map(({ id, group, index }) => [id, group, index]);
    expect(seen.sort()).toEqual([
      [`${id}.1.0.0`, `${id}.1.0`, 0],
      [`${id}.1.0.1`, `${id}.1.0`, 1],
    ]);
  });

  it('a canvas that is sent by a task is a part of its workflow', async () => {
    const { app, t, send, log } = celeryWorld();
    const sender = app.task('sender', { bind: true }, async () => (await chain(t.who.s(), t.who.s()).delay()).id);
    const { id } = await send(sender.s());
    const [first, last] = log as Seen[];
    expect([first?.root, first?.parent]).toEqual([id, id]);
    expect([last?.root, last?.parent]).toEqual([id, first?.id]);
  });
});

describe('a group', () => {
  it('cannot be linked to (120)', () => {
    const { t } = celeryWorld();
    const link = (group([t.id.s(1)]) as unknown as { link(s: object): unknown }).link; // no such method for the compiler
    expect(() => link.call(group([t.id.s(1)]), t.id.s())).toThrow('a group has no result of its own');
  });

  it('takes an iterable that is used up once, and says so', async () => {
    const { t, run } = celeryWorld();
    const members = function* () {
      for (const n of [1, 2]) yield t.id.s(n);
    };
    const stream = group(members());
    expect(await run(async () => (await stream.delay()).get())).toEqual([1, 2]);
    await expect(run(() => stream.delay())).rejects.toMatchObject({ code: 'STREAM_USED' });
  });
});
