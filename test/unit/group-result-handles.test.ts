import { describe, expect, it } from 'vitest';
import type { CanvasNode, GroupNode } from '../../src/canvas/canvas-node.ts';
import type { AsyncResult, GroupResult } from '../../src/canvas/handle.ts';
import { MemberSource } from '../../src/canvas/member-source.ts';
import { asyncResult } from '../../src/client/async-result.ts';
import { handleOf } from '../../src/client/handles.ts';
import { lineOf, Planted } from '../support/plant-canvas.ts';

const add: CanvasNode = { kind: 'task', task: 'add', args: [] };
const sum: CanvasNode = { kind: 'task', task: 'sum', args: [] };
const group = (...members: CanvasNode[]): GroupNode => ({ kind: 'group', members });
const chain = (...steps: CanvasNode[]): CanvasNode => ({ kind: 'chain', steps });
const chord = (header: GroupNode, body: CanvasNode): CanvasNode => ({ kind: 'chord', header, body });

const planted = new Planted();
const sent = (node: CanvasNode, ignored = false): AsyncResult<unknown> =>
  handleOf(node, { id: 'b', path: 'b', root: 'b' }, () => planted.ports, ignored);
const idsOf = (handles: readonly AsyncResult<unknown>[]) => handles.map(({ id }) => id);
const asGroup = (handle: AsyncResult<unknown> | undefined) => handle as GroupResult<readonly unknown[]>;

describe('parents', () => {
  it('5: lead back through the steps of a chain', () => {
    const handle = sent(chain(add, add, add));
    expect(lineOf(handle)).toEqual(['b', 'b.1', 'b.0']);
    expect(handle.parent).toBe(handle.parent);
  });

  it('43: lead from the body of a chord to its header', () => {
    const handle = sent(chord(group(add, add), sum));
    expect(lineOf(handle)).toEqual(['b', 'b.0']);
    expect(idsOf(asGroup(handle.parent).results)).toEqual(['b.0.0', 'b.0.1']);
  });

  it('lead through a chain inside a chain, step by step', () => {
    expect(lineOf(sent(chain(add, chain(add, add), add)))).toEqual(['b', 'b.1', 'b.1.0', 'b.0']);
    expect(lineOf(sent(chain(chain(chain(add)))))).toEqual(['b']);
    expect(lineOf(sent(chain(add, chain(add, add))))).toEqual(['b', 'b.1.0', 'b.0']);
  });

  it('lead from what follows a group to the group, and on to what was before it', () => {
    const handle = sent(chain(add, group(add, chain(add, add)), sum, add));
    expect(lineOf(handle)).toEqual(['b', 'b.2', 'b.1', 'b.0']);
    const [first, second] = asGroup(handle.parent?.parent).results;
    expect(lineOf(first as AsyncResult<unknown>)).toEqual(['b.1.0', 'b.0']);
    expect(lineOf(second as AsyncResult<unknown>)).toEqual(['b.1.1', 'b.1.1.0', 'b.0']);
  });

  it('lead from the list of a group at the end of a chain to the group', () => {
    const handle = sent(chain(add, group(add, add)));
    expect(lineOf(handle)).toEqual(['b', 'b.1.0', 'b.0']);
    expect(idsOf(asGroup(handle.parent).results)).toEqual(['b.1.0.0', 'b.1.0.1']);
  });

  it('lead from the list of a group inside a group to that group', () => {
    const [inner] = asGroup(sent(group(group(add)))).results;
    expect(lineOf(inner as AsyncResult<unknown>)).toEqual(['b.0', 'b.0.0']);
  });

  it('lead through a body that is a chain or a chord', () => {
    expect(lineOf(sent(chord(group(add), chain(sum, add))))).toEqual(['b', 'b.1.0', 'b.0']);
    expect(lineOf(sent(chord(group(add), chord(group(sum), sum))))).toEqual(['b', 'b.1.0', 'b.0']);
  });

  it('are none of a single task, of a first step and of a whole group', () => {
    expect(lineOf(sent(add))).toEqual(['b']);
    expect(lineOf(sent(group(add)))).toEqual(['b']);
  });
});

describe('root and children', () => {
  it('has the whole workflow as its root, from everywhere', () => {
    const whole = sent(chain(add, group(add), sum));
    expect(whole.root).toBe(whole);
    expect(whole.parent?.root).toBe(whole);
    expect(asGroup(whole.parent).results[0]?.root).toBe(whole);
    const inside = handleOf(add, { id: 'c', path: 'c', root: 'r' }, () => planted.ports, false);
    expect(inside.root.id).toBe('r');
  });

  it('finds the root of an id by what the id tells', () => {
    const byId = asyncResult('orders.v2.1.17', () => planted.ports);
    expect(byId.root.id).toBe('orders.v2');
    expect(byId.root.root).toBe(byId.root);
    expect(byId.parent).toBeUndefined();
    expect(byId.children).toEqual([]);
  });

  it('has the next step as a child, and of a group the members', () => {
    const whole = sent(chain(add, group(add, add), chain(sum, add)));
    const inner = whole.parent;
    const header = inner?.parent;
    const first = header?.parent;
    expect(idsOf(first?.children ?? [])).toEqual(['b.1']);
    expect(idsOf(header?.children ?? [])).toEqual(['b.1.0', 'b.1.1']);
    expect(idsOf(inner?.children ?? [])).toEqual(['b']);
    expect(whole.children).toEqual([]);
  });
});

describe('links', () => {
  it('are children of the task that ends what they stand on, its own first', () => {
    const linked = (node: CanvasNode, ...link: CanvasNode[]) => ({ ...node, link }) as CanvasNode;
    const whole = sent(linked(chain(linked(add, sum), linked(add, chain(sum, sum))), add, group(add)));
    expect(idsOf(whole.parent?.children ?? [])).toEqual(['b', 'b.0.l0']);
    expect(idsOf(whole.children)).toEqual(['b.l0', 'b.l1', 'b.l2']);
    expect(lineOf(whole.children[0] as AsyncResult<unknown>)).toEqual(['b.l0', 'b.l0.0', 'b', 'b.0']);
    expect(idsOf(asGroup(whole.children[2]).results)).toEqual(['b.l2.0']);
  });
});

describe('what a handle knows of its canvas', () => {
  it('finds the members behind a result, and their tasks', async () => {
    const reports: unknown[] = [];
    await planted.run(async () => {
      for await (const { id, task } of sent(chain(add, group(add, chain(add, sum)), sum, add)).members()) {
        reports.push([id, task]);
      }
    });
    expect(reports).toEqual([
      ['b.1.0', 'add'],
      ['b.1.1', 'sum'],
    ]);
    const none: unknown[] = [];
    await planted.run(async () => {
      for await (const report of sent(chain(add, add)).members()) none.push(report);
    });
    expect(none).toEqual([]);
  });

  it('gives null at once for the result of a canvas that was sent with ignoreResult, not for the steps before', async () => {
    const whole = sent(chain(add, add), true);
    expect(await planted.run(() => whole.get())).toBeNull();
    await expect(planted.run(async () => whole.parent?.get({ timeout: 1 }))).rejects.toThrow('b.0 has not ended');
  });

  it('does not know the size of a stream, unless the sender says it', () => {
    const stream: GroupNode = { kind: 'group', members: new MemberSource<CanvasNode>([add], () => add) };
    expect(() => asGroup(sent(stream)).results.length).toThrow('how many members group b has');
    const at = { id: 'b', path: 'b', root: 'b', sizes: new Map([['b', 1]]) };
    expect(idsOf(asGroup(handleOf(stream, at, () => planted.ports, false)).results)).toEqual(['b.0']);
  });

  it('reads what has no item as what stands above it, and a plain task in one request a look', async () => {
    const world = new Planted();
    const step = asyncResult('a.b.1.2', () => world.ports);
    expect(await world.run(() => step.state())).toBe('PENDING');
    world.item('a', { state: 'FAILURE' });
    expect(await world.run(() => step.state())).toBe('PENDING');
    world.mark('a.b', new RangeError('why'), 'a.b.0');
    expect(await world.run(() => step.read())).toMatchObject({
      state: 'FAILURE',
      error: { message: 'why' },
      retries: 0,
    });
    await expect(world.run(() => step.get())).rejects.toThrow('why');
    world.item('a.b.1', { state: 'REVOKED' });
    expect(await world.run(() => step.state())).toBe('REVOKED');
    world.item('a.b.1.2', { value: 1 });
    expect(await world.run(() => step.get())).toBe(1);
  });

  it('asks every fourth time only whether an id is a group', async () => {
    const world = new Planted();
    const plain = handleOf(add, { id: 'b', path: 'b', root: 'b' }, () => world.ports, false);
    world.after(60, () => world.item('b', { value: 1 }));
    world.after(60, () => world.item('c', { value: 2 }));
    expect(await world.run(() => plain.get())).toBe(1);
    expect([world.requests('readHead'), world.requests('readMany')]).toEqual([0, 0]);
    const reads = world.requests('read');
    const later = new Planted();
    later.after(60, () => later.item('c', { value: 2 }));
    expect(await later.run(() => asyncResult('c', () => later.ports).get())).toBe(2);
    expect(later.requests('readHead')).toBeLessThanOrEqual(later.requests('read') / 4 + 1);
    expect(reads).toBeGreaterThan(20);
  });

  it('reads a value that stands by itself only if it is asked for, and says when it is gone', async () => {
    const world = new Planted();
    world.item('v', { valueKey: 'result#v' });
    world.payload('result#v', '[1]');
    const handle = asyncResult('v', () => world.ports);
    expect(await world.run(() => handle.state())).toBe('SUCCESS');
    expect(world.requests('readPayload')).toBe(0);
    expect(await world.run(() => handle.read())).toMatchObject({ state: 'SUCCESS', value: [1] });
    expect(await world.run(() => handle.get())).toEqual([1]);
    world.store.payloads.clear();
    await expect(world.run(() => handle.get())).rejects.toThrow('is not there any more');
  });

  it('shows a task that has been replaced as one that runs', async () => {
    const world = new Planted();
    world.item('x', { state: 'MOVED', generation: 1, request: { canvasKey: 'k' } });
    expect(await world.run(() => asyncResult('x', () => world.ports).state())).toBe('STARTED');
  });
});
