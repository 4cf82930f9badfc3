import { isEnd } from '../base/states.ts';
import type { WorkflowNode } from '../client/workflow-node.ts';
import { count, type Look, lookOf, nameOf, notesOf, restText, tookText } from './graph-words.ts';
import { styled } from './style.ts';

/** How a tree is printed. */
export interface GraphStyle {
  /** Characters of a line. */
  readonly width: number;
  /** Steps of a chain that are shown one by one. */
  readonly shown: number;
  readonly now: Date;
}

/** One line before it is laid out. */
interface Line {
  /** The branches of the tree. */
  readonly branch: string;
  readonly look: Look | undefined;
  readonly name: string;
  /** What its id has beyond the workflow's. */
  readonly id: string;
  readonly took: string;
  readonly notes: string;
}

const FORMATS: Readonly<Record<Look['tone'], Parameters<typeof styled>[0]>> = {
  good: 'green',
  plain: 'reset',
  quiet: 'dim',
  warn: 'yellow',
  bad: 'red',
  busy: 'cyan',
};
/** Of an error, so much stands in the line also where the columns before it are wide. */
const LEAST_NOTES = 24;

/** A workflow as text: a tree, and beside it the ids below the workflow's, how long each task took, and what is to be said. */
export function graphText(tree: WorkflowNode, style: GraphStyle): string {
  const lines = linesOf(tree, { own: '', below: '' }, tree.id, style);
  const [names, ids, tooks] = [
    Math.max(...lines.map(({ branch, name }) => branch.length + name.length)),
    Math.max(...lines.map(({ id }) => id.length)),
    Math.max(...lines.map(({ took }) => took.length)),
  ];
  const head = `${styled('bold', tree.id)}  ${styled(FORMATS[lookOf(tree).tone], tree.state)}`;
  const left = 2 + names + 2 + ids + (ids > 0 ? 2 : 0) + tooks + 2;
  const room = Math.max(LEAST_NOTES, style.width - left);
  const print = ({ branch, look, name, id, took, notes }: Line) => {
    const format = look ? FORMATS[look.tone] : 'dim';
    const padding = ' '.repeat(names - branch.length - name.length);
    return [
      styled('dim', branch) +
        styled(format, `${look?.glyph ?? ' '} ${look?.tone === 'bad' ? name : ''}`) +
        (look?.tone === 'bad' ? '' : named(look, name)) +
        padding,
      ...(ids > 0 ? [styled('dim', id.padEnd(ids))] : []),
      took.padStart(tooks),
      styled(format, cut(notes, room)),
    ]
      .join('  ')
      .trimEnd();
  };
  return [head, '', ...lines.map(print)].join('\n');
}

function named(look: Look | undefined, name: string): string {
  return look && look.tone !== 'quiet' ? name : styled('dim', name);
}

interface Branches {
  readonly own: string;
  readonly below: string;
}

function linesOf(node: WorkflowNode, { own, below }: Branches, root: string, style: GraphStyle): readonly Line[] {
  const line: Line = {
    branch: own,
    look: lookOf(node),
    name: nameOf(node),
    id: idBelow(node.id, root),
    took: tookText(node, style.now),
    notes: notesOf(node).join(' · '),
  };
  return [
    line,
    ...itemsOf(node, style).flatMap((item, i, all) => linesBelow(item, i === all.length - 1, below, root, style)),
  ];
}

type Item = WorkflowNode | string;

function linesBelow(item: Item, isLast: boolean, below: string, root: string, style: GraphStyle): readonly Line[] {
  const own = `${below}${isLast ? '└─ ' : '├─ '}`;
  if (typeof item === 'string') return [{ branch: own, look: undefined, name: item, id: '', took: '', notes: '' }];
  return linesOf(item, { own, below: `${below}${isLast ? '   ' : '│  '}` }, root, style);
}

/** What stands below a node: steps or members, those that are only counted, or what has replaced a task. */
function itemsOf({ kind, children, counts, replacement }: WorkflowNode, { shown }: GraphStyle): readonly Item[] {
  const items = kind === 'chain' ? foldSteps(children, shown) : children;
  const rest = counts ? restText(counts) : '';
  return [...items, ...(rest ? [rest] : []), ...(replacement ? [replacement] : [])];
}

/** Of a long chain the first and last steps, and those at which something is to be seen. */
function foldSteps(steps: readonly WorkflowNode[], shown: number): readonly Item[] {
  if (steps.length <= shown) return steps;
  const edge = Math.max(1, Math.floor(shown / 4));
  const items: Item[] = [];
  let folded: WorkflowNode[] = [];
  const unfold = () => {
    if (folded.length > 0) items.push(`… ${count(folded.length)} more: ${foldedText(folded)}`);
    folded = [];
  };
  for (const [i, step] of steps.entries()) {
    const dull = step.state === 'SUCCESS' || step.state === 'PENDING' || step.unrun;
    if (dull && i >= edge && i < steps.length - edge) {
      folded.push(step);
      continue;
    }
    unfold();
    items.push(step);
  }
  return items;
}

function foldedText(steps: readonly WorkflowNode[]): string {
  const succeeded = steps.filter(({ state }) => state === 'SUCCESS').length;
  const unrun = steps.filter((step) => step.unrun).length;
  const waiting = steps.filter(({ state }) => !isEnd(state)).length;
  return [
    succeeded > 0 ? `${count(succeeded)} succeeded` : '',
    unrun > 0 ? `${count(unrun)} will not run` : '',
    waiting > 0 ? `${count(waiting)} to come` : '',
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function idBelow(id: string, root: string): string {
  return id.startsWith(`${root}.`) ? id.slice(root.length) : id === root ? '' : id;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
