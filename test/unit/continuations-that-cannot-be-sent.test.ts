import { chain, chord, type TaskFailure } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { BarrierMissingError, ServiceError, TooLargeError } from '../../src/base/errors.ts';
import type { Ports } from '../../src/ports/ports.ts';
import { type AppWorld, appWorld } from '../support/app-world.ts';

const DAY = 86_400;

/** How each task has ended, by its id. */
function ends({ store }: AppWorld<'default'>) {
  return Object.fromEntries(
    [...store.items].map(([id, { state, marked, error }]) => [id, [state, marked === true, error?.code ?? '']]),
  );
}

/** A queue that does not answer at all: nobody can tell whether it is there. */
function silent(queue: string): (ports: Ports) => Ports {
  return (ports) => ({
    ...ports,
    broker: {
      ...ports.broker,
      send: (to, entries) =>
        to === queue ? Promise.reject(new ServiceError('no answer')) : ports.broker.send(to, entries),
    },
  });
}

/** A table that takes no head, as DynamoDB does with one of more than 400 KB. */
const noHeads = (ports: Ports): Ports => ({
  ...ports,
  barrier: { ...ports.barrier, open: () => Promise.reject(new TooLargeError('the head is too large')) },
});

/** A step whose queue is gone: what a chain that was sent before a deployment has in it. */
const onGone = (task: string) => ({ kind: 'task', task, args: [], options: { queue: 'gone' } });

describe('a next step to a queue that does not exist', () => {
  it('ends with marks and errbacks, and the chord it belongs to fails', async () => {
    const world = appWorld();
    const { app, put, run, dead, seconds } = world;
    const told: string[] = [];
    app.task('a', {}, () => 1);
    app.task('sum', {}, (list: number[]) => list.length);
    app.task('tell', {}, ({ id, error }: TaskFailure) => {
      told.push(`${id} ${error.code}`);
    });
    const tell = { kind: 'task', task: 'tell', args: [] };
    const body = { id: 'c', path: 'c', at: 1, length: 2, steps: [{ kind: 'task', task: 'sum', args: [] }] };
    const { nowMs } = world.world;
    const head = { group: 'c.0', size: 1, next: { frames: [body] }, firedRound: 0, expiresAtMs: nowMs + DAY * 1_000 };
    world.store.barriers.open(head, nowMs);
    const frame = { id: 'c.0.0', path: 'c.0.0', at: 1, length: 3, errbacks: [tell] };
    const next = {
      frames: [{ ...frame, steps: [onGone('a'), onGone('a')] }],
      slot: { group: 'c.0', index: 0, size: 1 },
    };
    put({ id: 'c.0.0.0', root: 'c', task: 'a', next });
    await run(async () => {});
    expect(ends(world)).toMatchObject({
      'c.0.0.0': ['SUCCESS', false, ''],
      'c.0.0.1': ['FAILURE', true, 'SEND_FAILED'],
      'c.0.0': ['FAILURE', true, 'SEND_FAILED'],
      c: ['FAILURE', false, 'CHORD'],
    });
    expect(told).toEqual(['c.0.0.1 SEND_FAILED']);
    expect(dead()).toEqual([]);
    expect(seconds()).toBeLessThan(60);
  });

  it('does not keep the links and the chain of the same task from going on', async () => {
    const world = appWorld();
    const { app, put, run } = world;
    app.task('a', {}, () => 1);
    app.task('b', {}, (n: number) => n);
    const frame = { id: 'x', path: 'x', at: 1, length: 2, steps: [{ kind: 'task', task: 'b', args: [] }] };
    put({ id: 'x.0', root: 'x', task: 'a', next: { link: [onGone('b')], frames: [frame] } });
    await run(async () => {});
    expect(ends(world)).toEqual({ 'x.0': ['SUCCESS', false, ''], x: ['SUCCESS', false, ''] });
  });
});

describe('a next step to a queue that does not answer', () => {
  it('is tried for four days, then ends with all that depends on it', async () => {
    const world = appWorld({}, { workerPorts: silent('gone') });
    const { app, put, run, dead, seconds } = world;
    const told: string[] = [];
    app.task('a', {}, () => 1);
    app.task('tell', {}, ({ id, error }: TaskFailure) => {
      told.push(`${id} ${error.code}`);
    });
    const tell = { kind: 'task', task: 'tell', args: [] };
    const frame = { id: 'x', path: 'x', at: 1, length: 2, steps: [onGone('a')], errbacks: [tell] };
    put({ id: 'x.0', root: 'x', task: 'a', next: { frames: [frame] } });
    await run(async () => {});
    expect(ends(world)).toMatchObject({ 'x.0': ['SUCCESS', false, ''], x: ['FAILURE', true, 'SEND_FAILED'] });
    expect(told).toEqual(['x SEND_FAILED']);
    expect(dead()).toEqual([]);
    expect(seconds() / DAY).toBeGreaterThan(4);
    expect(seconds() / DAY).toBeLessThan(4.1);
  });
});

describe('a group in a chain whose head is too large', () => {
  it('ends with what waits for it', async () => {
    const world = appWorld({}, { workerPorts: noHeads });
    const { app, run, seconds } = world;
    const told: string[] = [];
    const a = app.task('a', {}, () => 1);
    const sum = app.task('sum', {}, (list: number[]) => list.length);
    const tell = app.task('tell', {}, ({ error }: TaskFailure) => {
      told.push(error.code ?? '');
    });
    const canvas = chain(a.s(), chord([a.si(), a.si()], sum.s())).linkError(tell.s());
    const { id } = await run(() => canvas.applyAsync());
    expect(ends(world)[id]).toEqual(['FAILURE', true, 'TOO_LARGE']);
    expect(told).toEqual(['TOO_LARGE']);
    expect(seconds()).toBeLessThan(60);
  });
});

describe('what a task is replaced by, and cannot be sent', () => {
  it('ends the task by a mark, calls its errbacks, and ends what follows it', async () => {
    const world = appWorld({}, { workerPorts: noHeads });
    const { app, run, seconds, dead } = world;
    const told: string[] = [];
    const a = app.task('a', {}, () => 1);
    const sum = app.task('sum', {}, (list: number[]) => list.length);
    const b = app.task('b', {}, (n: number) => n);
    const replaced = app.task('replaced', { bind: true }, (self) => self.replace(chord([a.si(), a.si()], sum.s())));
    const tell = app.task('tell', {}, ({ id, task, error }: TaskFailure) => {
      told.push(`${id.slice(36)} ${task} ${error.code}`);
    });
    const canvas = chord([replaced.s().linkError(tell.s()).pipe(b.s()), a.s()], sum.s());
    const { id } = await run(() => canvas.applyAsync());
    expect(ends(world)).toMatchObject({
      [`${id}.0.0.0`]: ['FAILURE', true, 'TOO_LARGE'],
      [`${id}.0.0`]: ['FAILURE', true, 'TOO_LARGE'],
    });
    // the header's own head was written by the client
    expect(ends(world)[id]).toEqual(['FAILURE', false, 'CHORD']);
    expect(told).toEqual(['.0.0.0 replaced TOO_LARGE']);
    expect(dead()).toEqual([]);
    expect(seconds()).toBeLessThan(60);
  });
});

describe('a stored step that cannot be sent', () => {
  it('calls the errbacks of the step itself, and those of its chain', async () => {
    const world = appWorld();
    const { app, run } = world;
    const told: string[] = [];
    const a = app.task('a', {}, () => '😀'.repeat(30_000)); // short enough to travel, but SQS takes it in escapes
    const b = app.task('b', {}, (value: string, _more: string) => value);
    const tell = app.task('tell', {}, ({ error }: TaskFailure, who: string) => {
      told.push(`${who} ${error.code}`);
    });
    const next = b.s('y'.repeat(830_000)).linkError(tell.s('of the step'));
    const { id } = await run(() => chain(a.s(), next).linkError(tell.s('of the chain')).applyAsync());
    expect(ends(world)[id]).toEqual(['FAILURE', true, 'TOO_LARGE']);
    expect(told.sort()).toEqual(['of the chain TOO_LARGE', 'of the step TOO_LARGE']);
  });

  it('calls those of its chain where it is not stored any more', async () => {
    const world = appWorld(
      {},
      {
        workerPorts: (ports) => ({
          ...ports,
          payloads: { ...ports.payloads, get: () => Promise.reject(new BarrierMissingError('not stored any more')) },
        }),
      },
    );
    const { app, run, seconds } = world;
    const told: string[] = [];
    const a = app.task('a', {}, () => 1);
    const b = app.task('b', {}, (n: number, _more: string) => n);
    const tell = app.task('tell', {}, ({ error }: TaskFailure) => {
      told.push(error.code ?? '');
    });
    const { id } = await run(() =>
      chain(a.s(), b.s('y'.repeat(20_000)))
        .linkError(tell.s())
        .applyAsync(),
    );
    expect(ends(world)[id]).toEqual(['FAILURE', true, 'BARRIER_MISSING']);
    expect(told).toEqual(['BARRIER_MISSING']);
    expect(seconds()).toBeLessThan(60);
  });
});
