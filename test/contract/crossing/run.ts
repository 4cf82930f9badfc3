import { isDeepStrictEqual } from 'node:util';
import type { ResultBackend, WriteAnswer } from '../../../src/ports/result-backend.ts';
import { present, type TaskItem } from '../../../src/protocol/item.ts';
import type { Refusal, Write } from '../../../src/protocol/write.ts';
import { applyWrite } from '../../../src/protocol/writes.ts';
import { type Case, describeCase } from './cases.ts';
import { type ItemKind, makeItem, NOW } from './item-kinds.ts';

/** A backend, and a way to put items there past all rules. */
export interface BackendUnderTest {
  readonly backend: ResultBackend;
  /** Puts each item under its id; `undefined` deletes. */
  plant(items: ReadonlyMap<string, TaskItem | undefined>): Promise<void>;
}

/** What a crossing found. */
export interface Crossed {
  readonly compared: number;
  readonly refusals: ReadonlySet<Refusal>;
  /** Where the adapter and `applyWrite` differ, the first few. */
  readonly differences: readonly string[];
}

/** Together at a time: enough to keep a server busy. */
const SLAB = 400;
const AT_ONCE = 16;

/** An item that allows what others refuse and refuses what others allow: the stale hint. */
const STALE: ItemKind = {
  state: 'STARTED',
  copy: 'own',
  lease: 'own live',
  starts: 1,
  generation: 'equal',
  round: 'equal',
  stamped: false,
  extras: false,
  time: 'present',
};

/** Carries out each combination on the backend; compares the answer, and the item read back, with `applyWrite`. */
export async function cross(under: BackendUnderTest, cases: Iterable<Case>): Promise<Crossed> {
  const refusals = new Set<Refusal>();
  const differences: string[] = [];
  let compared = 0;
  for (const slab of slabs(cases)) {
    compared += slab.length;
    for (const { one, expected, answer, read } of await crossSlab(under, slab)) {
      if (!expected.written) refusals.add(expected.refused);
      const right = isDeepStrictEqual(answer, expected) && isDeepStrictEqual(read, present(expected.item, NOW));
      if (!right && differences.length < 5) {
        differences.push(`${describeCase(one)}\n${JSON.stringify({ answer, expected, read }, null, 1)}`);
      }
    }
  }
  return { compared, refusals, differences };
}

/** What the port must answer, by the protocol. */
export function expectedAnswer(stored: TaskItem | undefined, write: Write): WriteAnswer {
  const answer = applyWrite(stored, write);
  if ('item' in answer) return { written: true, item: answer.item };
  return { written: false, refused: answer.refused, item: present(stored, write.by.nowMs) };
}

async function crossSlab({ backend, plant }: BackendUnderTest, slab: readonly Case[]) {
  const rows = slab.map((one, index) => {
    const id = `crossed-${index}`; // the same in each slab, so that a table stays small
    return { one, id, item: one.item && makeItem(one.item, id), write: one.write.make(id) };
  });
  const ids = rows.map(({ id }) => id);
  const staleRows = rows.filter(({ one }) => one.hint === 'stale');
  await plant(new Map(staleRows.map(({ id }) => [id, makeItem(STALE, id)])));
  const stale = await backend.readMany(staleRows.map(({ id }) => id));
  await plant(new Map(rows.map(({ id, item }) => [id, item])));
  const right = await backend.readMany(ids);
  const answers = await pool(rows, async ({ one, id, item, write }) => {
    const hints = { none: undefined, right: right.get(id), stale: stale.get(id), foreign: item && { ...item } };
    return await backend.write(write, hints[one.hint]);
  });
  const after = await backend.readMany(ids);
  return rows.map(({ one, id, item, write }, index) => {
    return { one, expected: expectedAnswer(item, write), answer: answers[index], read: after.get(id) };
  });
}

function* slabs<T>(values: Iterable<T>): Generator<T[]> {
  let slab: T[] = [];
  for (const value of values) {
    slab.push(value);
    if (slab.length < SLAB) continue;
    yield slab;
    slab = [];
  }
  yield slab;
}

async function pool<T, R>(values: readonly T[], run: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < values.length; index = next++) results[index] = await run(values[index] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}
