import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanvasJson, GroupJson } from '../../src/canvas/canvas-json.ts';
import type { AsyncResult } from '../../src/canvas/handle.ts';
import type { WorkflowNode } from '../../src/client/workflow-node.ts';
import { workflowTree } from '../../src/client/workflow-tree.ts';
import { appWorld } from '../support/app-world.ts';

const SEED = 20_260_501;
const RUNS = 100;

const call = (task: string): CanvasJson => ({ kind: 'task', task, args: [], immutable: true });
const task = fc.constantFrom('one', 'two', 'replaced', 'replacedByGroup').map(call);

/** Small canvases of any shape. Tasks take nothing, so that every one of them fits everywhere. */
const { canvas } = fc.letrec<{ canvas: CanvasJson; group: GroupJson; chain: CanvasJson; chord: CanvasJson }>((tie) => ({
  canvas: fc.oneof({ maxDepth: 3, withCrossShrink: true }, task, tie('chain'), tie('group'), tie('chord')),
  chain: fc.record({
    kind: fc.constant('chain' as const),
    steps: fc.array(tie('canvas'), { minLength: 1, maxLength: 3 }),
  }),
  group: fc.record({ kind: fc.constant('group' as const), members: fc.array(tie('canvas'), { maxLength: 3 }) }),
  chord: fc.record({ kind: fc.constant('chord' as const), header: tie('group'), body: tie('canvas') }),
}));

/** Sends a canvas in a world of its own, in which `fails` of the tasks named `two` fail. */
async function ran(json: CanvasJson, fails: boolean) {
  const world = appWorld();
  const { app, store } = world;
  app.task('one', {}, () => 1);
  app.task('two', {}, () => {
    if (fails) throw new RangeError('two');
    return 2;
  });
  // biome-ignore lint/suspicious/noExplicitAny: the types of replacements are not what is tested here
  const any = (node: CanvasJson) => app.signature(node as never) as any;
  app.task(
    'replaced',
    { bind: true },
    (self): Promise<unknown> => self.replace(any({ kind: 'chain', steps: [call('one'), call('two')] })),
  );
  app.task(
    'replacedByGroup',
    { bind: true },
    (self): Promise<unknown> => self.replace(any({ kind: 'group', members: [call('one'), call('two')] })),
  );
  const handle: AsyncResult<unknown> = await world.run(() => any(json).applyAsync());
  const ports = world.world.process('reader', false).ports;
  const tree = await world.run(() => workflowTree(handle.id, ports));
  return { world, handle, tree, store };
}

/** Every node of a tree, replacements included. */
function nodesIn(node: WorkflowNode): readonly WorkflowNode[] {
  const { children, replacement, links } = node;
  return [node, ...[...children, ...(replacement ? [replacement] : []), ...links].flatMap(nodesIn)];
}

/** Every handle that can be reached from one by parents and members. */
function reached(handle: AsyncResult<unknown>): readonly AsyncResult<unknown>[] {
  const members = 'results' in handle ? (handle.results as readonly AsyncResult<unknown>[]) : [];
  return [
    handle,
    ...(handle.parent ? reached(handle.parent) : []),
    ...members.flatMap((member) => insideOf(member, handle)),
  ];
}

/** Of a member only what is its own: its parents lead back to what came before the group. */
function insideOf(member: AsyncResult<unknown>, group: AsyncResult<unknown>): readonly AsyncResult<unknown>[] {
  return reached(member).filter(({ id }) => id.startsWith(`${group.id}.`));
}

describe('a canvas that was run', () => {
  it('is shown with exactly the tasks that ran, each as it ended', async () => {
    await fc.assert(
      fc.asyncProperty(canvas, async (json) => {
        const { tree, store } = await ran(json, false);
        const nodes = nodesIn(tree);
        expect(nodes.filter(({ state }) => state !== 'SUCCESS')).toEqual([]);
        const shown = new Set(nodes.map(({ id }) => id));
        expect([...store.items.keys()].filter((id) => !shown.has(id))).toEqual([]);
        const tasks = nodes.filter(({ kind }) => kind === 'task');
        expect(tasks.filter(({ id }) => !store.items.has(id))).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('names a task by its own name, also if it was sent by itself and replaced', async () => {
    const { tree } = await ran(call('replaced'), true);
    expect(tree).toMatchObject({ task: 'replaced', state: 'FAILURE' });
    expect(tree.replacement?.children.map(({ task: name }) => name)).toEqual(['one', 'two']);
    expect(nodesIn(tree).filter(({ error }) => error)).toHaveLength(1);
  });

  it('has handles that lead to its tasks, and all of them have ended', async () => {
    await fc.assert(
      fc.asyncProperty(canvas, async (json) => {
        const { world, handle, store } = await ran(json, false);
        const handles = reached(handle);
        const states = await world.run(() => Promise.all(handles.map((each) => each.state())));
        expect(states.filter((state) => state !== 'SUCCESS')).toEqual([]);
        const found = new Set(handles.map(({ id }) => id));
        const own = [...store.items.keys()].filter((id) => !/\.r\d/.test(id));
        expect(own.filter((id) => !found.has(id))).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it('leaves nothing waiting when tasks fail: what did not run is shown as that', async () => {
    await fc.assert(
      fc.asyncProperty(canvas, async (json) => {
        const { world, handle, tree } = await ran(json, true);
        expect(nodesIn(tree).filter(({ state }) => state !== 'SUCCESS' && state !== 'FAILURE')).toEqual([]);
        const states = await world.run(() => Promise.all(reached(handle).map((each) => each.state())));
        expect(states.filter((state) => state !== 'SUCCESS' && state !== 'FAILURE')).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
