import { isEnd } from '../base/states.ts';
import type { WorkflowNode } from '../client/workflow-node.ts';
import { count, errorText, type Look, lookOf, nameOf, notesOf, restText, tookText } from './graph-words.ts';
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
  /** Those of what stands below it. */
  readonly below: string;
  readonly look: Look;
  readonly name: string;
  /** What its id has beyond the workflow's. */
  readonly id: string;
  readonly took: string;
  readonly notes: string;
  readonly error: string;
}

/** How wide the columns are. */
interface Widths {
  readonly name: number;
  readonly id: number;
  readonly took: number;
  /** What is left of the line for the notes. */
  readonly notes: number;
  readonly line: number;
}

const FORMATS: Readonly<Record<Look['tone'], Parameters<typeof styled>[0]>> = {
  good: 'green',
  plain: 'reset',
  quiet: 'dim',
  warn: 'yellow',
  bad: 'red',
  busy: 'cyan',
};
const GAP = '  ';
const GLYPH = 2;
const LEAST_NAME = 24;
/** `will not run` */
const LEAST_NOTES = 12;

/**
 * A workflow as text: a tree, and beside it the ids below the workflow's, how long each task took, and what is to be said.
 *
 * What is too long for that, mostly an error, has a line of its own.
 */
export function graphText(tree: WorkflowNode, style: GraphStyle): string {
  const lines = linesOf(tree, { own: '', below: '' }, tree.id, style);
  const widths = widthsOf(lines, style.width);
  const head = `${styled('bold', tree.id)}${GAP}${styled(FORMATS[lookOf(tree).tone], tree.state)}`;
  return [head, '', ...lines.flatMap((line) => print(line, widths))].join('\n');
}

function widthsOf(lines: readonly Line[], line: number): Widths {
  const id = Math.max(...lines.map((each) => each.id.length));
  const took = Math.max(...lines.map((each) => each.took.length));
  const rest = line - GLYPH - id - took - 3 * GAP.length;
  // what is only counted has no further columns
  const names = lines.map((each) => (each.look === FOLDED.look ? 0 : each.branch.length + each.name.length));
  const name = Math.min(Math.max(...names), Math.max(LEAST_NAME, rest - LEAST_NOTES));
  return { name, id, took, notes: rest - name, line };
}

function print(line: Line, widths: Widths): readonly string[] {
  const { branch, below, look, id, took, notes, error } = line;
  const format = FORMATS[look.tone];
  const name = look === FOLDED.look ? line.name : cut(line.name, widths.name - branch.length);
  const { beside, under } = placed(notes, error, widths.notes);
  const label = look.tone === 'bad' || look.tone === 'quiet' ? styled(format, name) : name;
  const left = `${styled('dim', branch)}${styled(format, look.glyph)} ${label}`;
  const columns = [
    left + ' '.repeat(Math.max(0, widths.name - branch.length - name.length)),
    id ? styled('dim', id.padEnd(widths.id)) : ' '.repeat(widths.id),
    took.padStart(widths.took),
    beside && styled(format, beside),
  ];
  const first = columns.join(GAP).trimEnd();
  if (under === '') return [first];
  return [first, styled('dim', below) + GAP + styled(format, cut(under, widths.line - below.length - GAP.length))];
}

/** Beside the other columns as much as fits: all, the notes, or nothing; below them what does not. */
function placed(notes: string, error: string, width: number): { readonly beside: string; readonly under: string } {
  const all = [notes, error].filter((text) => text !== '').join(' · ');
  if (all.length <= width) return { beside: all, under: '' };
  return notes.length <= width ? { beside: notes, under: error } : { beside: '', under: all };
}

interface Branches {
  readonly own: string;
  readonly below: string;
}

function linesOf(node: WorkflowNode, { own, below }: Branches, root: string, style: GraphStyle): readonly Line[] {
  const said = node.replacement ?? node;
  const line = {
    branch: own,
    below,
    look: lookOf(node),
    name: nameOf(node) + (node.replacement ? `, replaced by ${nameOf(node.replacement)}` : ''),
    id: idBelow(node.id, root),
    took: tookText(node, style.now),
    notes: notesOf(said),
    error: errorText(said),
  };
  const items = itemsOf(node, style);
  return [line, ...items.flatMap((item, i) => linesBelow(item, i === items.length - 1, below, root, style))];
}

/** A node, perhaps with what it is to the one above; or a line of text. */
type Item = WorkflowNode | { readonly what: string; readonly node: WorkflowNode } | string;

function linesBelow(item: Item, isLast: boolean, below: string, root: string, style: GraphStyle): readonly Line[] {
  const own = `${below}${isLast ? '└─ ' : '├─ '}`;
  if (typeof item === 'string') return [{ ...FOLDED, branch: own, below: '', name: item }];
  const branches = { own, below: `${below}${isLast ? '   ' : '│  '}` };
  if (!('what' in item)) return linesOf(item, branches, root, style);
  const [line, ...rest] = linesOf(item.node, branches, root, style);
  return line ? [{ ...line, name: item.what + line.name }, ...rest] : [];
}

/** What stands below a node: steps or members, those that are only counted; of a task those of what has replaced it; links. */
function itemsOf(node: WorkflowNode, style: GraphStyle): readonly Item[] {
  const { shown } = style;
  const { kind, children, counts, replacement, links } = node;
  const items: readonly Item[] = kind === 'chain' ? foldSteps(children, shown) : children;
  const rest = counts ? restText(counts) : '';
  const beside = links.map((link) => ({ what: 'link: ', node: link }));
  const instead = replacement ? itemsOf(replacement, style) : [];
  return [...items, ...(rest ? [rest] : []), ...instead, ...beside];
}

const FOLDED = { look: { glyph: ' ', tone: 'quiet' }, id: '', took: '', notes: '', error: '' } as const;

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
