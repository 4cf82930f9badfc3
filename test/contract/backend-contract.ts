import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { MAX_RESULT_BYTES } from '../../src/base/limits.ts';
import type { TaskItem } from '../../src/protocol/item.ts';
import type { Claim, Refusal, Write } from '../../src/protocol/write.ts';
import type { Case } from './crossing/cases.ts';
import { ITEM_DIMENSIONS, type ItemKind, makeItem, NOW } from './crossing/item-kinds.ts';
import { type BackendUnderTest, cross, expectedAnswer } from './crossing/run.ts';
import { WRITE_KINDS } from './crossing/write-kinds.ts';

/** A backend whose clock stands at `NOW`, and its end. */
export interface BackendSetup extends BackendUnderTest {
  stop?(): Promise<void>;
}

const ALL_REFUSALS: Readonly<Record<Refusal, true>> = {
  'later-round': true,
  ended: true,
  'own-failure': true,
  generation: true,
  'owned-by-another': true,
  held: true,
  'not-due': true,
  'begun-once': true,
  'begun-too-often': true,
  revoked: true,
  attempt: true,
  'not-ended': true,
};

/**
 * What every `ResultBackend` must do, whatever stands behind it.
 *
 * @param cases  which combinations of item, write and hint are compared with `applyWrite`
 */
export function backendContract(name: string, make: () => Promise<BackendSetup>, cases: () => Iterable<Case>): void {
  describe(`result backend: ${name}`, () => {
    let under: BackendSetup;
    beforeAll(async () => {
      under = await make();
    });
    afterAll(() => under?.stop?.());

    it('gives exactly what applyWrite gives, on every kind of item, with any hint', { timeout: 600_000 }, async () => {
      const { compared, refusals, differences } = await cross(under, cases());
      console.info(`${name}: ${compared} combinations of item, write and hint compared`);
      expect(differences).toEqual([]);
      expect([...refusals].sort()).toEqual(Object.keys(ALL_REFUSALS).sort());
    });

    describe('writes', () => writes(() => under));
    describe('concurrent writes', () => concurrentWrites(() => under));
    describe('reads', () => reads(() => under));
    describe('members of a group', () => members(() => under));
    describe('values', () => values(() => under));
    describe('revocations', () => revocations(() => under));
    describe('what is noted of queues', () => queueNotes(() => under));
  });
}

type Get = () => BackendUnderTest;

const KIND = Object.fromEntries(
  Object.entries(ITEM_DIMENSIONS).map(([name, [first]]) => [name, first]),
) as unknown as ItemKind;

let lastId = 0;
function newId(): string {
  return `task-${++lastId}`;
}

function writeOf(name: string, id: string): Write {
  const found = WRITE_KINDS.find((kind) => kind.name === name);
  if (!found) throw new Error(`no kind of write is called "${name}"`);
  return found.make(id);
}

function claimOf(id: string, token: string): Claim {
  const claim = writeOf('claim', id) as Claim;
  return { ...claim, by: { ...claim.by, token } };
}

async function planted(under: BackendUnderTest, kind: Partial<ItemKind>): Promise<{ id: string; item: TaskItem }> {
  const id = newId();
  const item = makeItem({ ...KIND, ...kind }, id);
  await under.plant(new Map([[id, item]]));
  return { id, item };
}

function writes(get: Get): void {
  it.each(WRITE_KINDS.map(({ name }) => name))('answers a second "%s" as the protocol does', async (name) => {
    const { backend } = get();
    const { id, item } = await planted(get(), { state: 'STARTED', copy: 'own', lease: 'own live', starts: 1 });
    const write = writeOf(name, id);
    const first = await backend.write(write);
    const second = await backend.write(write, first.item);
    const expected = expectedAnswer(item, write);
    expect(first).toEqual(expected);
    expect(second).toEqual(expectedAnswer(expected.item, write));
  });

  it('carries a task through its life, each write knowing the answer before', async () => {
    const { backend } = get();
    const id = newId();
    let item: TaskItem | undefined;
    let model: TaskItem | undefined;
    for (const name of ['claim', 'progress with meta with a claim', 'retry 3 with a claim', 'stamp', 'forget']) {
      const write = writeOf(name, id);
      const expected = expectedAnswer(model, write);
      const answer = await backend.write(write, item);
      expect(answer).toEqual(expected);
      [item, model] = [answer.item, expected.item];
    }
    expect(await backend.read(id)).toEqual(model);
  });

  it('takes a hint of another task for none', async () => {
    const { backend } = get();
    const other = await planted(get(), { state: 'STARTED' });
    const { id, item } = await planted(get(), { state: 'RETRY not due', copy: 'own' });
    const hint = await backend.read(other.id);
    const write = writeOf('claim', id);
    expect(await backend.write(write, hint)).toEqual(expectedAnswer(item, write));
  });
}

function concurrentWrites(get: Get): void {
  it.each([
    ['no item', undefined],
    ['an item that is due', { state: 'RETRY due' as const, copy: 'own' as const }],
    ['an item of a lower round', { state: 'FAILURE by another' as const, round: 'lower' as const }],
  ])('lets exactly one of 50 claims have the task: %s', async (_, kind) => {
    const { backend } = get();
    const id = kind ? (await planted(get(), kind)).id : newId();
    const tokens = Array.from({ length: 50 }, (_unused, n) => `token-${n}`);
    const hint = await backend.read(id);
    const answers = await Promise.all(
      tokens.map((token, n) => backend.write(claimOf(id, token), n % 2 === 0 ? hint : undefined)),
    );
    const held = answers.flatMap((answer, n) => (answer.written ? [tokens[n]] : []));
    expect(held).toHaveLength(1);
    expect(answers.filter((answer) => !answer.written && answer.refused !== 'held')).toEqual([]);
    expect(await backend.read(id)).toMatchObject({ starts: 1, lease: { token: held[0] } });
  });

  it('stores one of many ends, and tells the others which', async () => {
    const { backend } = get();
    const { id } = await planted(get(), { state: 'STARTED', copy: 'own' });
    const names = ['SUCCESS', 'FAILURE', 'IGNORED', 'REVOKED'].flatMap((state) => Array(5).fill(`end ${state}`));
    const hint = await backend.read(id);
    const answers = await Promise.all(names.map((name: string) => backend.write(writeOf(name, id), hint)));
    const stored = await backend.read(id);
    expect(answers.filter((answer) => answer.written)).toHaveLength(1);
    for (const answer of answers) expect(answer.item).toEqual(stored);
  });

  it('loses none of two writes that are both allowed', async () => {
    const { backend } = get();
    const started = await Promise.all(
      Array.from({ length: 20 }, () => planted(get(), { state: 'STARTED', copy: 'own' })),
    );
    for (const { id } of started) {
      const hint = await backend.read(id);
      await Promise.all(['stamp', 'progress with meta', 'stamp'].map((name) => backend.write(writeOf(name, id), hint)));
      expect(await backend.read(id)).toMatchObject({ revoked: true, state: 'SENDING', meta: { done: 1 } });
    }
  });
}

function reads(get: Get): void {
  it('takes an item past its time for none', async () => {
    const { backend } = get();
    const { id } = await planted(get(), { time: 'expired' });
    expect(await backend.read(id)).toBeUndefined();
    expect(await backend.readMany([id])).toEqual(new Map());
  });

  it('reads an item until its time', async () => {
    const { id, item } = await planted(get(), { extras: true });
    expect(await get().backend.read(id)).toEqual(item);
    expect(item.expiresAtMs).toBe(NOW + 1);
  });

  it('finds nothing of a task that nobody wrote', async () => {
    expect(await get().backend.read('nobody')).toBeUndefined();
  });

  it('reads many, more than a call holds, some of them twice and some not there', async () => {
    const items = new Map(Array.from({ length: 250 }, () => newId()).map((id) => [id, makeItem(KIND, id)]));
    await get().plant(items);
    const found = await get().backend.readMany([...items.keys(), ...items.keys(), 'nobody']);
    expect(found).toEqual(items);
  });

  it('reads none of no ids', async () => {
    expect(await get().backend.readMany([])).toEqual(new Map());
  });

  it('reads more than one answer may hold', { timeout: 60_000 }, async () => {
    const { backend } = get();
    const write = (id: string): Write => ({ ...(writeOf('end SUCCESS', id) as Write & { kind: 'end' }), value: LARGE });
    const ids = Array.from({ length: 60 }, () => newId());
    for (const id of ids) await backend.write(write(id));
    const found = await backend.readMany(ids);
    expect(found.size).toBe(60);
    for (const item of found.values()) expect(item.value === LARGE).toBe(true);
  });
}

function members(get: Get): void {
  const plantMembers = async (group: string, indexes: readonly number[], kind: Partial<ItemKind> = {}) => {
    const ids = indexes.map((index) => [index, `${group}.${index}`] as const);
    const items = ids.map(([index, id]) => [index, makeItem({ ...KIND, ...kind }, id)] as const);
    await get().plant(new Map(items.map(([index, item]) => [`${group}.${index}`, item])));
    return new Map(items);
  };

  it('gives those of a leaf by their index, in order', async () => {
    const group = newId();
    const all = await plantMembers(group, [...Array(250).keys()].reverse());
    for (const leaf of [0, 1, 2]) {
      const found = await get().backend.readMembers(group, leaf);
      const indexes = [...all.keys()].filter((index) => Math.floor(index / 100) === leaf).sort((a, b) => a - b);
      expect([...found]).toEqual(indexes.map((index) => [index, all.get(index)]));
    }
    expect(await get().backend.readMembers(group, 3)).toEqual(new Map());
  });

  it('leaves out those that are not there or past their time', async () => {
    const group = newId();
    const there = await plantMembers(group, [0, 5, 99, 9_999_900, 9_999_901]);
    await plantMembers(group, [1, 98], { time: 'expired' });
    expect([...(await get().backend.readMembers(group, 0)).keys()]).toEqual([0, 5, 99]);
    const [first, second] = [9_999_900, 9_999_901];
    expect([...(await get().backend.readMembers(group, 99_999))]).toEqual([
      [first, there.get(first)],
      [second, there.get(second)],
    ]);
  });

  it('gives no other task whose id begins or ends alike', async () => {
    const group = newId();
    await plantMembers(group, [0]);
    const others = ['', '.0.1', '.0.0', '.1.0', '0.2', '.00', '.01', '.3x', '.x.4', '.-5', '.100', '#0'].map(
      (end) => group + end,
    );
    await get().plant(new Map(others.map((id) => [id, makeItem(KIND, id)])));
    expect([...(await get().backend.readMembers(group, 0)).keys()]).toEqual([0]);
  });

  it('gives members that are written and read by their ids as well', async () => {
    const { backend } = get();
    const group = newId();
    const ids = [0, 1, 100].map((index) => `${group}.${index}`);
    const answers = await Promise.all(ids.map((id) => backend.write(writeOf('claim', id))));
    for (const [n, id] of ids.entries()) expect(await backend.read(id)).toEqual(answers[n]?.item);
    expect([...(await backend.readMany(ids))].sort()).toEqual(ids.map((id, n) => [id, answers[n]?.item]));
    const found = await backend.readMembers(group, 0);
    expect([...found]).toEqual([0, 1].map((index) => [index, answers[index]?.item]));
    const write = writeOf('end SUCCESS with a claim', `${group}.1`);
    expect(await backend.write(write, found.get(1))).toEqual(expectedAnswer(answers[1]?.item, write));
  });

  it('reads more than one answer may hold', { timeout: 60_000 }, async () => {
    const { backend } = get();
    const group = newId();
    const indexes = [...Array(12).keys()].map((n) => 100 + n * 8);
    for (const index of indexes) {
      const end = writeOf('end SUCCESS', `${group}.${index}`) as Write & { kind: 'end' };
      await backend.write({ ...end, value: LARGE });
    }
    const found = await backend.readMembers(group, 1);
    expect([...found.keys()]).toEqual(indexes);
    for (const { value } of found.values()) expect(value === LARGE).toBe(true);
  });
}

const LARGE = 'x'.repeat(MAX_RESULT_BYTES - 2);

const VALUES: Readonly<Record<string, Json>> = {
  null: null,
  true: true,
  false: false,
  'an empty text': '',
  'an empty list': [],
  'an empty object': {},
  'empty texts inside': { '': [''] },
  emoji: 'a 👩‍👩‍👧 family',
  'lone surrogates': ['\ud800', '\udfff x', { '\ud83d': 1 }],
  'control characters': '\u0000\u0001\u001f\u007f\u2028\ufffe\uffff',
  'the largest whole number': Number.MAX_SAFE_INTEGER,
  'the largest number': Number.MAX_VALUE,
  'the smallest number': Number.MIN_VALUE,
  'a number with 17 digits': 0.1 + 0.2,
  zeros: [0, -0],
  'deep nesting': Array.from({ length: 199 }).reduce<Json>((inner) => [inner], 'in'),
  'names of a prototype': JSON.parse('{"__proto__":{"a":1},"constructor":"c","toString":0}') as Json,
  'text that looks like JSON': '{"a":[1,2]}',
  'a value of the largest size': LARGE,
  'a value of the largest size in three bytes a character': '€'.repeat(Math.floor((MAX_RESULT_BYTES - 2) / 3)),
};

function values(get: Get): void {
  it.each(Object.keys(VALUES))('keeps %s as JSON does', async (name) => {
    const { backend } = get();
    const value = VALUES[name] as Json;
    const id = newId();
    const end = writeOf('end SUCCESS', id) as Write & { kind: 'end' };
    const answer = await backend.write({ ...end, value });
    expect(answer.written).toBe(true);
    const read = await backend.read(id);
    expect(JSON.stringify(read?.value)).toBe(JSON.stringify(value));
  });

  it('keeps progress, errors and requests as JSON does', async () => {
    const { backend } = get();
    const id = newId();
    const meta = [VALUES['lone surrogates'], VALUES['names of a prototype'], VALUES['a number with 17 digits']] as Json;
    const error = { name: '', message: '\ud800', stack: '👋\n', cause: { name: 'E', message: '' } };
    const progress = { ...(writeOf('progress', id) as Write & { kind: 'progress' }), meta };
    const move = { ...(writeOf('move 3', id) as Write & { kind: 'move' }), error };
    const { item } = await backend.write(progress);
    const { meta: readMeta } = (await backend.read(id)) ?? {};
    await backend.write(move, item);
    const { error: readError, request } = (await backend.read(id)) ?? {};
    const expected = { meta, error, request: move.request };
    expect(JSON.stringify({ meta: readMeta, error: readError, request })).toBe(JSON.stringify(expected));
  });
}

function revocations(get: Get): void {
  const at = (n: number) => ({ id: `revoked-${n}`, atMs: NOW + n, expiresAtMs: NOW + 1_000_000 });

  const revocationsSince = async (sinceMs: number) => (await get().backend.ordersSince(sinceMs)).revocations;

  it('gives those from a time on, oldest first, however they were added', async () => {
    const { backend } = get();
    for (const n of [500, 7, 90_000, 8, 499]) await backend.addRevocation(at(n));
    expect((await revocationsSince(NOW + 8)).map(({ atMs }) => atMs - NOW)).toEqual([8, 499, 500, 90_000]);
    expect(await revocationsSince(NOW + 90_000)).toEqual([at(90_000)]);
    expect(await revocationsSince(NOW + 90_001)).toEqual([]);
    expect(await revocationsSince(0)).toHaveLength(5);
  });

  it('keeps two of one time apart', async () => {
    const { backend } = get();
    for (const id of ['b', 'a']) await backend.addRevocation({ ...at(200_000), id });
    expect((await revocationsSince(NOW + 200_000)).map(({ id }) => id).sort()).toEqual(['a', 'b']);
  });

  it('leaves out those past their time', async () => {
    const { backend } = get();
    await backend.addRevocation({ ...at(300_000), expiresAtMs: NOW });
    expect(await revocationsSince(NOW + 300_000)).toEqual([]);
  });
}

function queueNotes(get: Get): void {
  const queue = () => `queue-${newId()}`;
  const noteOf = async (name: string, sinceMs = NOW) => {
    const { queues } = await get().backend.ordersSince(sinceMs);
    return queues.filter((note) => note.queue === name);
  };

  it('tells that a queue is paused and since when, however far back a look goes', async () => {
    const name = queue();
    await get().backend.pauseQueue(name);
    for (const sinceMs of [0, NOW, NOW + 10 * 365 * 86_400_000]) {
      expect(await noteOf(name, sinceMs)).toEqual([{ queue: name, pausedAtMs: NOW }]);
    }
  });

  it('keeps the first of several pauses, and forgets them all when the queue is resumed', async () => {
    const { backend } = get();
    const name = queue();
    await backend.pauseQueue(name);
    await backend.pauseQueue(name);
    expect(await noteOf(name)).toEqual([{ queue: name, pausedAtMs: NOW }]);
    await backend.resumeQueue(name);
    await backend.resumeQueue(name);
    expect((await noteOf(name))[0]).not.toHaveProperty('pausedAtMs');
    await backend.pauseQueue(name);
    expect((await noteOf(name))[0]).toHaveProperty('pausedAtMs');
  });

  it('pauses no other queue, and no task of its name', async () => {
    const { backend } = get();
    const name = queue();
    await backend.pauseQueue(name);
    expect(await noteOf(`${name}-lost`)).toEqual([]);
    const { revocations } = await backend.ordersSince(0);
    expect(revocations.filter(({ id }) => id === name || id === '')).toEqual([]);
  });

  it('lets one of many take on a check, and another when its time has passed', async () => {
    const { backend } = get();
    const name = queue();
    const asked = await Promise.all(Array.from({ length: 5 }, () => backend.beginCheck(name, 3_600_000)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(await backend.beginCheck(name, 3_600_000)).toBe(false);
    expect(await backend.beginCheck(name, 0)).toBe(true);
    expect(await noteOf(name)).toEqual([{ queue: name, checkedAtMs: NOW }]);
  });

  it('tells what a check has found, beside a pause', async () => {
    const { backend } = get();
    const name = queue();
    await backend.pauseQueue(name);
    await backend.beginCheck(name, 0);
    await backend.endCheck(name, true);
    expect(await noteOf(name)).toMatchObject([{ queue: name, wholeBatches: true, pausedAtMs: expect.any(Number) }]);
    await backend.endCheck(name, false);
    expect(await noteOf(name)).toMatchObject([{ wholeBatches: false, checkedAtMs: expect.any(Number) }]);
  });
}
