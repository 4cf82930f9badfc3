import { describe, expect, it } from 'vitest';
import type { CanvasNode, GroupNode } from '../../src/canvas/canvas-node.ts';
import { MemberSource } from '../../src/canvas/member-source.ts';
import { mermaid } from '../../src/cli/graph-mermaid.ts';
import { graphText } from '../../src/cli/graph-text.ts';
import { type Plan, planOf, planPart } from '../../src/client/plan.ts';
import type { WorkflowNode } from '../../src/client/workflow-node.ts';
import { workflowTree } from '../../src/client/workflow-tree.ts';
import { Planted } from '../support/plant-canvas.ts';

const task = (name: string): CanvasNode => ({ kind: 'task', task: name, args: [1, 'secret'], options: { queue: 'q' } });
const [a, b, sum] = [task('a'), task('b'), task('sum')];
const group = (...members: CanvasNode[]): GroupNode => ({ kind: 'group', members });
const chain = (...steps: CanvasNode[]): CanvasNode => ({ kind: 'chain', steps });
const chord = (header: GroupNode, body: CanvasNode): CanvasNode => ({ kind: 'chord', header, body });
const repeat = (count: number, node: CanvasNode) => Array.from({ length: count }, () => node);

describe('planOf', () => {
  it('says nothing of a single task', () => {
    expect(planOf(a)).toBeUndefined();
    expect(planOf({ ...a, link: [b] } as CanvasNode)).toBeUndefined();
    expect(planPart(a, 'b')).toBeUndefined();
  });

  it('keeps the skeleton, without arguments and options', () => {
    expect(planOf(chain(a, chord(group(a, b), { kind: 'map', task: 'sum', items: [1] })))).toEqual({
      v: 1,
      kind: 'chain',
      steps: [
        { kind: 'task', task: 'a' },
        {
          kind: 'chord',
          header: {
            kind: 'group',
            members: [
              { count: 1, of: { kind: 'task', task: 'a' } },
              { count: 1, of: { kind: 'task', task: 'b' } },
            ],
          },
          body: { kind: 'map', task: 'sum' },
        },
      ],
    });
  });

  it('writes equal members once, however many there are', () => {
    const part = planPart(group(...repeat(100_000, a), ...repeat(3, chain(a, b))), 'b');
    expect(part).toMatchObject({ kind: 'plan', key: 'plan#b' });
    expect((part as { text: string }).text.length).toBeLessThan(300);
  });

  it('writes only the number of members that all differ from their neighbours', () => {
    expect(planOf(group(...repeat(5_000, a).flatMap((each) => [each, b])))).toEqual({
      v: 1,
      kind: 'group',
      size: 10_000,
    });
  });

  it('says of a stream that it is one, once it is listed its members', () => {
    const source = new MemberSource<CanvasNode>([1], () => a);
    const stream: GroupNode = { kind: 'group', members: source };
    expect(planOf(stream)).toEqual({ v: 1, kind: 'group', stream: true });
    source.listed();
    expect(planOf(stream)).toMatchObject({ members: [{ count: 1 }] });
  });
});

/** A canvas that was sent under `w`, and how to look at it. */
function setUp(node: CanvasNode) {
  const planted = new Planted();
  planted.plan('w', planOf(node) as Plan);
  const tree = (id = 'w', shown?: number) => planted.run(() => workflowTree(id, planted.ports, shown));
  const text = async (width = 100, shown = 20) =>
    graphText(await tree('w', shown), { width, shown, now: new Date(planted.nowMs) });
  return { planted, tree, text };
}

/** Ids and states, children indented. */
function outline({ id, state, unrun, children, replacement, links }: WorkflowNode): unknown {
  const below = [...children, ...(replacement ? [replacement] : []), ...links].map(outline);
  const own = `${id} ${state}${unrun ? ' unrun' : ''}`;
  return below.length > 0 ? [own, ...below] : own;
}

describe('workflowTree', () => {
  it('has the ids of every task by the rules of a canvas', async () => {
    const { tree } = setUp(
      chain(a, chain(a, b), group(a, chain(a, b)), chord(group(group(a)), chain(sum, b)), group(a)),
    );
    expect(outline(await tree())).toEqual([
      'w PENDING',
      'w.0 PENDING',
      ['w.1 PENDING', 'w.1.0 PENDING', 'w.1 PENDING'],
      ['w.2 PENDING', 'w.2.0 PENDING', ['w.2.1 PENDING', 'w.2.1.0 PENDING', 'w.2.1 PENDING']],
      [
        'w.3 PENDING',
        ['w.3.0 PENDING', ['w.3.0.0 PENDING', 'w.3.0.0.0.0 PENDING']],
        ['w.3 PENDING', 'w.3.1.0 PENDING', 'w.3 PENDING'],
      ],
      ['w PENDING', 'w.4.0.0 PENDING'],
    ]);
  });

  it('shows what has begun, and what has ended', async () => {
    const { planted, tree } = setUp(chain(a, group(a, a), sum));
    planted.item('w.0', {});
    planted.head('w.1', 2);
    planted.succeed('w.1', 0, 2);
    expect(outline(await tree())).toEqual([
      'w STARTED',
      'w.0 SUCCESS',
      ['w.1 STARTED', 'w.1.0 SUCCESS', 'w.1.1 PENDING'],
      'w PENDING',
    ]);
    planted.succeed('w.1', 1, 2);
    planted.item('w', { value: 3 });
    const done = await tree();
    expect(done.state).toBe('SUCCESS');
    expect(done.children[1]).toMatchObject({ state: 'SUCCESS', counts: { size: 2, arrived: 2, failed: 0 } });
  });

  it('shows what will not run because of what failed', async () => {
    const { planted, tree } = setUp(chain(a, b, chord(group(a, chain(a, b)), sum), sum));
    planted.item('w.0', {});
    planted.fail('w.1', new RangeError('boom'), { attempt: 2 });
    planted.mark('w.2', new RangeError('boom'), 'w.1');
    planted.mark('w', new RangeError('boom'), 'w.1');
    const whole = await tree();
    expect(outline(whole)).toEqual([
      'w FAILURE',
      'w.0 SUCCESS',
      'w.1 FAILURE',
      [
        'w.2 FAILURE unrun',
        [
          'w.2.0 FAILURE unrun',
          'w.2.0.0 FAILURE unrun',
          ['w.2.0.1 FAILURE unrun', 'w.2.0.1.0 FAILURE unrun', 'w.2.0.1 FAILURE unrun'],
        ],
        'w.2 FAILURE unrun',
      ],
      'w FAILURE unrun',
    ]);
    expect(whole.children[1]).toMatchObject({ retries: 2, error: { name: 'RangeError', message: 'boom' } });
    expect(whole.children[3]?.error).toBeUndefined();
  });

  it('lists of a large group those that failed or run, and counts the others', async () => {
    const { planted, tree } = setUp(group(...repeat(100_000, a)));
    planted.head('w', 100_000);
    for (let index = 0; index < 1_000; index++) if (index !== 500) planted.succeed('w', index, 100_000);
    planted.failMember('w', 500, 100_000, new RangeError('boom'));
    planted.item('w.1050', { state: 'STARTED' });
    const whole = await tree('w', 3);
    expect(whole.children.map(({ index, state }) => [index, state])).toEqual([
      [500, 'FAILURE'],
      [1_050, 'STARTED'],
      [1_000, 'PENDING'],
    ]);
    expect(whole.counts).toEqual({
      size: 100_000,
      arrived: 1_000,
      failed: 1,
      rest: { succeeded: 999, failed: 0, waiting: 98_998 },
    });
    expect(planted.requests('readMany')).toBeLessThan(4);
    expect(planted.requests('readNodes')).toBe(10);
  });

  it('follows what has replaced a task, and what has replaced the end of that', async () => {
    const { planted, tree } = setUp(chain(a, b, sum));
    planted.plan('w.1.r1', planOf(chain(a, b)) as Plan);
    planted.plan('w.1.r3', planOf(chord(group(a, a), sum)) as Plan);
    planted.item('w.0', {});
    planted.item('w.1', { state: 'MOVED', generation: 3, request: { canvasKey: 'k' } });
    planted.item('w.1.r1.0', {});
    planted.item('w.1.r3.0.1', { state: 'RETRY', attempt: 1 });
    expect(outline(await tree())).toEqual([
      'w STARTED',
      'w.0 SUCCESS',
      [
        'w.1 STARTED',
        [
          'w.1 STARTED',
          'w.1.r1.0 SUCCESS',
          [
            'w.1 STARTED',
            ['w.1 STARTED', ['w.1.r3.0 STARTED', 'w.1.r3.0.0 PENDING', 'w.1.r3.0.1 RETRY'], 'w.1 STARTED'],
          ],
        ],
      ],
      'w PENDING',
    ]);
  });

  it('finds the latest replacement of a task that was redriven', async () => {
    const { planted, tree } = setUp(chain(a, b));
    planted.plan('w.0.r1', planOf(chain(a, b)) as Plan);
    planted.plan('w.0.r1-2', planOf(chain(sum, b)) as Plan);
    planted.item('w.0', { state: 'STARTED', generation: 1, round: 3 });
    planted.item('w.0.r1-2.0', {});
    const [first] = (await tree()).children;
    expect(first?.replacement?.children.map(({ id, state }) => [id, state])).toEqual([
      ['w.0.r1-2.0', 'SUCCESS'],
      ['w.0', 'STARTED'],
    ]);
  });

  it('gives a replaced task its own name, and its error once, where it happened', async () => {
    const { planted, tree } = setUp(chain(task('range'), b));
    planted.plan('w.0.r1', planOf(chord(group(a, a), sum)) as Plan);
    planted.item('w.0.r1.0.0', {});
    planted.fail('w.0', new RangeError('no sum'), { task: 'sum', generation: 1 });
    planted.mark('w', new RangeError('no sum'), 'w.0');
    const [first] = (await tree()).children;
    expect(first).toMatchObject({ task: 'range', state: 'FAILURE' });
    expect(first?.error).toBeUndefined();
    expect(first?.replacement?.children[1]).toMatchObject({ task: 'sum', error: { message: 'no sum' } });
  });

  it('knows the name of a replaced task that no plan has from what replaced it', async () => {
    const { planted, tree } = setUp(a);
    const part = planPart(chain(a, sum), 'alone.r1', 'range') as { text: string };
    planted.plan('alone.r1', JSON.parse(part.text) as Plan);
    planted.item('alone', { task: 'sum', generation: 1 });
    planted.item('alone.r1.0', {});
    const whole = await tree('alone');
    expect(whole).toMatchObject({ task: 'range', replacement: { kind: 'chain' } });
    expect(await tree('alone.r1.0')).toEqual(whole);
  });

  it('shows a group that succeeded as that, whatever has failed around it', async () => {
    const { planted, tree } = setUp(chord(group(chord(group(a), sum), b), sum));
    planted.head('w.0', 2);
    planted.head('w.0.0.0', 1);
    planted.succeed('w.0.0.0', 0, 1);
    planted.succeed('w.0', 0, 2);
    planted.failMember('w.0', 1, 2, new RangeError('boom'));
    planted.fail('w', new RangeError('boom'));
    const [header] = (await tree()).children;
    expect(header?.state).toBe('FAILURE');
    expect(header?.children[0]?.children[0]).toMatchObject({ id: 'w.0.0.0', state: 'SUCCESS' });
  });

  it('shows as running what runs again after a redrive', async () => {
    const { planted, tree } = setUp(chain(a, group(a, a), sum));
    planted.item('w.0', { round: 1 });
    planted.mark('w.1', new RangeError('boom'), 'w.0');
    planted.mark('w', new RangeError('boom'), 'w.0');
    planted.head('w.1', 2);
    planted.item('w.1.0', { state: 'STARTED', round: 1 });
    expect((await tree()).children[1]).toMatchObject({ state: 'STARTED', unrun: false });
  });

  it('says in which rounds its tasks ran', async () => {
    const { planted, tree } = setUp(chain(group(a, a), sum));
    planted.head('w.0', 2);
    planted.succeed('w.0', 0, 2);
    planted.item('w.0.1', { round: 1 });
    const whole = await tree();
    expect(whole.rounds).toEqual([0, 1]);
    expect(whole.children.map(({ rounds }) => rounds)).toEqual([[0, 1], []]);
    expect(whole.children[0]?.children.map(({ rounds }) => rounds)).toEqual([[0], [1]]);
  });

  it('does not take the time of a body for that of a chord whose members are not all shown', async () => {
    const { planted, tree } = setUp(chord(group(...repeat(30, a)), sum));
    planted.head('w.0', 30);
    for (let index = 0; index < 30; index++) planted.succeed('w.0', index, 30);
    planted.item('w', {});
    expect((await tree('w', 20)).startedAt).toBeUndefined();
    expect((await tree('w', 30)).startedAt).toEqual(new Date(planted.nowMs - 1_000));
  });

  it('shows links with the task that has them: its own, then those of what it ends', async () => {
    const linked = { ...chain(a, { ...task('b'), link: [sum] }), link: [chain(a, a)] } as CanvasNode;
    const { planted, tree, text } = setUp(linked);
    planted.item('w.l0', {});
    expect(outline(await tree())).toEqual([
      'w PENDING',
      'w.0 PENDING',
      ['w PENDING', 'w.l0 SUCCESS', ['w.l1 PENDING', 'w.l1.0 PENDING', 'w.l1 PENDING']],
    ]);
    expect(await text()).toContain('├─ ✔ link: sum');
  });

  it('shows a stream as far as it has come', async () => {
    const { planted, tree, text } = setUp({ kind: 'group', members: new MemberSource<CanvasNode>([1], () => a) });
    planted.head('w');
    planted.succeed('w', 1, undefined);
    const open = await tree();
    expect(open).toMatchObject({ state: 'STARTED', counts: { size: undefined, arrived: 1 } });
    expect(open.children).toMatchObject([{ index: 1, task: 'add', state: 'SUCCESS' }]);
    expect(await text()).toContain('1 succeeded, still being sent');
    planted.head('w', 3);
    expect((await tree()).children.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('gives the whole for the id of a part, one task where there is no plan, and a group where there is only that', async () => {
    const { planted, tree } = setUp(chain(a, group(a, a), sum));
    expect((await tree('w.1.0')).id).toBe('w');
    planted.item('alone', { state: 'RETRY', attempt: 1, nextAtMs: planted.nowMs });
    expect(await tree('alone')).toMatchObject({
      kind: 'task',
      task: 'add',
      state: 'RETRY',
      nextAt: new Date(planted.nowMs),
    });
    expect(await tree('nobody')).toMatchObject({ kind: 'task', state: 'PENDING' });
    planted.head('bare', 2);
    expect(outline(await tree('bare'))).toEqual(['bare PENDING', 'bare.0 PENDING', 'bare.1 PENDING']);
  });
});

describe('celeriac graph', () => {
  it('prints a tree with ids, times and errors', async () => {
    const { planted, text } = setUp(chain(a, group(...repeat(30, b)), sum));
    planted.item('w.0', { startedAtMs: planted.nowMs - 100_000, doneAtMs: planted.nowMs - 98_000, task: 'a' });
    planted.head('w.1', 30);
    for (let index = 0; index < 25; index++) if (index !== 7) planted.succeed('w.1', index, 30);
    planted.failMember('w.1', 7, 30, new RangeError('boom\nat line 2'), { task: 'b', attempt: 2 });
    planted.item('w.1.26', { state: 'STARTED', startedAtMs: planted.nowMs - 90_000, task: 'b' });
    expect(await text(100, 3)).toBe(
      `
w  STARTED

● chain of 3             1 min 40 s  running
├─ ✔ a            .0          2.0 s
├─ ● group of 30  .1                 24 succeeded, 1 failed, 5 to come
│  ├─ ✘ [7] b     .1.7        1.0 s  2 retries · RangeError: boom at line 2
│  ├─ ● [26] b    .1.26  1 min 30 s  running
│  ├─ ○ [25] b    .1.25              waiting
│  └─   … 27 more: 24 succeeded, 3 to come
└─ ○ sum                             waiting
`.trim(),
    );
  });

  it('gives a long error a line of its own, and no line more than the width', async () => {
    const { planted, text } = setUp(chain(a, b));
    planted.fail('w.0', new RangeError('because '.repeat(40)), { task: 'a' });
    planted.mark('w', new RangeError('boom'), 'w.0');
    const lines = (await text(60)).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(60);
    expect(lines[4]).toMatch(/^│ {4}RangeError: because .*…$/);
    expect(lines[5]).toBe('└─ ⊘ b                   will not run');
  });

  it('puts a task and what has replaced it into one line', async () => {
    const { planted, text } = setUp(chain(task('range'), b));
    planted.plan('w.0.r1', planOf(chord(group(a, a), sum)) as Plan);
    planted.head('w.0.r1.0', 2);
    planted.succeed('w.0.r1.0', 0, 2);
    planted.failMember('w.0.r1.0', 1, 2, new RangeError('boom'));
    planted.fail('w.0', new RangeError('no sum'), { task: 'sum', generation: 1 });
    planted.mark('w', new RangeError('no sum'), 'w.0');
    expect(await text()).toBe(
      `
w  FAILURE

✘ chain of 2                              1.0 s
├─ ✘ range, replaced by chord  .0         1.0 s
│  ├─ ✘ group of 2             .0.r1.0    1.0 s  1 succeeded, 1 failed
│  │  ├─ ✔ [0] a               .0.r1.0.0  1.0 s
│  │  └─ ✘ [1] a               .0.r1.0.1  1.0 s  RangeError: boom
│  └─ ✘ sum                    .0         1.0 s  RangeError: no sum
└─ ⊘ b                                           will not run
`.trim(),
    );
  });

  it('says of what was redriven in part that its time includes the wait', async () => {
    const { planted, text } = setUp(chord(group(a, a), sum));
    planted.head('w.0', 2);
    planted.item('w.0.0', { startedAtMs: planted.nowMs - 60_000, doneAtMs: planted.nowMs - 60_000 });
    planted.arrive('w.0', 0, 2, false);
    planted.item('w.0.1', { round: 1 });
    planted.arrive('w.0', 1, 2, false);
    planted.item('w', { round: 1 });
    expect(await text()).toBe(
      `
w  SUCCESS

✔ chord                1 min 0 s
├─ ✔ group of 2  .0    1 min 0 s  2 succeeded · waited for a redrive
│  ├─ ✔ [0] a    .0.0       0 ms
│  └─ ✔ [1] a    .0.1      1.0 s  redriven
└─ ✔ sum                   1.0 s  redriven
`.trim(),
    );
  });

  it.each([60, 80, 100])('keeps to %i columns, whatever is long', async (width) => {
    const long = task('billing.reconcileEveryAccountOfTheDayWithTheBank');
    const { planted, text } = setUp(chord(group(chord(group(long, long), long), long), long));
    planted.head('w.0', 2);
    planted.head('w.0.0.0', 2);
    planted.failMember('w.0.0.0', 0, 2, new RangeError('because '.repeat(40)), { attempt: 3 });
    planted.succeed('w.0.0.0', 1, 2);
    const printed = await text(width);
    expect(Math.max(...printed.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(printed).toMatch(/^│ +1 succeeded, 1 failed$|1 succeeded, 1 failed$/m);
    expect(printed).toContain('3 retries');
  });

  it('folds the steps of a long chain at which nothing is to be seen', async () => {
    const { planted, text } = setUp(chain(...repeat(1_000, a)));
    for (let index = 0; index < 500; index++) planted.item(`w.${index}`, {});
    planted.item('w.500', { state: 'STARTED' });
    const lines = (await text(100, 8)).split('\n').map((line) => line.trimEnd());
    expect(lines).toHaveLength(10);
    expect(lines[5]).toContain('… 498 more: 498 succeeded');
    expect(lines[6]).toContain('● a ');
    expect(lines[7]).toContain('… 497 more: 497 to come');
  });

  it('draws a Mermaid flowchart, whatever the names are', async () => {
    const { tree } = setUp(chain(task('a"<b>'), chord(group(a, b), sum)));
    const drawing = mermaid(await tree());
    expect(drawing.split('\n').slice(0, 10)).toEqual([
      'flowchart LR',
      '  n1["○ a#34;#60;b#62;"]:::quiet',
      '  subgraph n2["○ group of 2"]',
      '    n3["○ [0] a"]:::quiet',
      '    n4["○ [1] b"]:::quiet',
      '  end',
      '  class n2 quiet',
      '  n5["○ sum"]:::quiet',
      '  n2 --> n5',
      '  n1 --> n2',
    ]);
  });
});
