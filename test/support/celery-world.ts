import type { AnySignature, AsyncResult, Duration, GroupResult, Signature } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { type Choices, mulberry32, recorded } from '../../src/memory/choices.ts';
import { type AppWorld, type AppWorldOptions, appWorld } from './app-world.ts';
import { type CeleryTasks, celeryTasks, type Log } from './celery-tasks.ts';

/** A world with the tasks of Celery's cases. */
export interface CeleryWorld extends AppWorld<'default' | 'other'> {
  readonly t: CeleryTasks;
  readonly log: Log;
  /** Sends a canvas and runs the world until nothing is left to do. */
  send(canvas: AnySignature, given?: readonly unknown[], options?: object): Promise<AsyncResult<unknown>>;
}

/** Deploys the tasks of Celery's cases in a world, on two queues. */
export function celeryWorld(options: AppWorldOptions = {}): CeleryWorld {
  const world = appWorld<'default' | 'other'>({ queues: { default: {}, other: {} } }, options);
  const log: Log = [];
  return {
    ...world,
    t: celeryTasks(world.app, log),
    log,
    send: (canvas, given, callOptions) => world.run(() => apply(canvas, given, callOptions)),
  };
}

/** Sends any canvas: what it misses is known to the row that gives it, not to the compiler. */
export function apply(canvas: AnySignature, given: readonly unknown[] = [], options: object = {}) {
  return (canvas as Signature<unknown[], unknown>).applyAsync([...given], options);
}

/** A case: one canvas, and what it comes to. */
export interface Row {
  /** Celery's number, with a letter where a row has several cases; beyond the sample a word for the rule. */
  readonly no: string;
  readonly title: string;
  readonly make: (t: CeleryTasks) => AnySignature;
  /** What it is sent with: Celery's `W(v)`. */
  readonly given?: readonly unknown[];
  readonly options?: object;
  /** What `get()` gives. */
  readonly value?: unknown;
  /** What `get()` rejects with, its fields. */
  readonly fails?: object;
  /** The states of the handles from the first step to the last; a group's members in brackets. */
  readonly states?: string;
  /** What the tasks wrote, in any order. */
  readonly log?: readonly unknown[];
  /** What the tasks wrote, in this order. */
  readonly inOrder?: readonly unknown[];
  /** The tasks in the dead-letter queue. */
  readonly dead?: readonly string[];
  /** It stands or falls by time, so that disturbances change it. */
  readonly timed?: true;
  /** Its own result is not stored, so that its handle never ends. */
  readonly unstored?: true;
}

/** Runs rows undisturbed, from their JSON form, and under faults. */
export function celeryRows(title: string, rows: readonly Row[]): void {
  const cases = rows.map((row) => [row.no, row.title, row] as const);
  describe(title, () => {
    it.each(cases)('%s: %s', (_no, _title, row) => check(row));
    it.each(cases)('%s: %s, read from JSON (197)', (_no, _title, row) => check(row, fromJson));
  });
  const steady = cases.filter(([, , row]) => !row.timed);
  if (steady.length === 0) return;
  describe(`${title}, disturbed`, () => {
    it.each(steady)('%s: %s', async (_no, _title, row) => {
      for (const seed of [1, 2, 3, 4]) await disturbed(row, seed);
    });
  });
}

type Form = (canvas: AnySignature, world: CeleryWorld) => AnySignature;
const asItIs: Form = (canvas) => canvas;
const fromJson: Form = (canvas, { app }) => app.signature(JSON.parse(JSON.stringify(canvas)));

async function check(row: Row, form: Form = asItIs): Promise<void> {
  const world = celeryWorld();
  const handle = await world.send(form(row.make(world.t), world), row.given, row.options);
  await world.run(() => judge(row, handle));
  if (row.log) expect(sorted(world.log)).toEqual(sorted(row.log));
  if (row.inOrder) expect(world.log).toEqual(row.inOrder);
  expect(
    world
      .dead()
      .map(({ message }) => message.task)
      .sort(),
  ).toEqual([...(row.dead ?? [])].sort());
  if (!row.unstored) await everythingEnds(handle, world);
}

/** Two faults and any order: the result is the same, and whatever was written was meant to be. */
async function disturbed(row: Row, seed: number): Promise<void> {
  const world = celeryWorld({ choices: disturbances(seed) });
  const handle = await world.send(row.make(world.t), row.given, row.options);
  await world.run(() => judge(row, handle));
  const expected = row.log ?? row.inOrder;
  if (expected) expect(unique(world.log)).toEqual(unique(expected));
  if (!row.unstored) await everythingEnds(handle, world);
}

/**
 * Any order of the steps and two faults, but time passes only where nothing else can be done: a task whose process dies three
 * times is lost, and has no other result.
 */
function disturbances(seed: number): Choices {
  const random = mulberry32(seed);
  let faults = 2;
  return recorded(mulberry32(seed ^ 0x9e3779b9), (kind, options) => {
    if (kind === 'next') return random() % Math.max(1, options - 1); // the last one lets time pass
    if (options < 2 || faults === 0 || random() % 20 > 0) return 0;
    faults -= 1;
    return 1 + (random() % (options - 1));
  });
}

/** Waits for a row's result and holds it, and the states that led to it, to what is expected. */
export async function judge(row: Row, handle: AsyncResult<unknown>, timeout: Duration = '1h'): Promise<void> {
  if (row.fails) await expect(handle.get({ timeout })).rejects.toMatchObject(row.fails);
  else expect(await handle.get({ timeout })).toEqual(row.value);
  if (row.states === undefined) return;
  await untilReady(handle, timeout);
  expect(await statesOf(handle)).toBe(row.states);
}

/** A group fails as soon as one member has: the others may still run. */
async function untilReady(handle: AsyncResult<unknown>, timeout: Duration): Promise<void> {
  const groups = nodesOf(handle).filter((node) => membersOf(node)) as GroupResult<unknown[]>[];
  for (const group of groups) await group.get({ timeout, propagate: false });
}

/** No handle of the workflow waits for ever, and nobody lost anything. */
async function everythingEnds(handle: AsyncResult<unknown>, { run, store }: CeleryWorld): Promise<void> {
  const open = await run(async () => {
    const all = nodesOf(handle);
    const ready = await Promise.all(all.map((node) => node.ready()));
    return all.filter((_, i) => !ready[i]).map(({ id }) => id);
  });
  expect(open).toEqual([]);
  const left = ['default', 'default-lost', 'other', 'other-lost'].flatMap((name) => store.queue(name).messages);
  expect(left).toEqual([]);
}

/** Every handle that one leads back to: its steps, their groups, and the members of these. */
export function nodesOf(handle: AsyncResult<unknown> | undefined): readonly AsyncResult<unknown>[] {
  const found = new Map<string, AsyncResult<unknown>>();
  const visit = (node: AsyncResult<unknown> | undefined) => {
    if (!node || found.has(node.id)) return;
    found.set(node.id, node);
    for (const member of membersOf(node) ?? []) visit(member);
    visit(node.parent);
  };
  visit(handle);
  return [...found.values()];
}

/** The members of a group's handle; nothing of another. */
export function membersOf(handle: AsyncResult<unknown>): readonly AsyncResult<unknown>[] | undefined {
  return (handle as Partial<GroupResult<unknown[]>>).results;
}

/** The states from the first step to this one, e.g. `SUCCESS [SUCCESS FAILURE] FAILURE`. */
async function statesOf(handle: AsyncResult<unknown>): Promise<string> {
  const members = membersOf(handle);
  const own = members ? `[${(await Promise.all(members.map((one) => one.state()))).join(' ')}]` : await handle.state();
  return handle.parent ? `${await statesOf(handle.parent)} ${own}` : own;
}

function sorted(list: readonly unknown[]): readonly string[] {
  return list.map((one) => JSON.stringify(one)).sort();
}

function unique(list: readonly unknown[]): readonly string[] {
  return [...new Set(sorted(list))];
}

/** What `fail` ends with. */
export const BOOM: object = { name: 'E', message: 'boom' };

/** What a chord ends with whose header has failed. */
export const CHORD_ERROR: object = { name: 'ChordError', code: 'CHORD' };

/** A `ChordError` that names these members: index, state, error. */
export function chordError(...failures: readonly (readonly [number, string, string])[]): object {
  return { ...CHORD_ERROR, failures: failures.map(([index, state, error]) => ({ index, state, error })) };
}

/** A text with all of these parts, in this order. */
export function textWith(...parts: readonly string[]): unknown {
  return expect.stringMatching(new RegExp(parts.join('.*')));
}
