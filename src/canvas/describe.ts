import type { CanvasNode, NodeList } from './canvas-node.ts';
import { MemberSource } from './member-source.ts';

/** How a canvas is described. */
export interface DescribeOptions {
  /** `text`: a tree. `mermaid`: a flowchart for https://mermaid.js.org, which GitHub and many wikis draw. @default 'text' */
  readonly format?: 'text' | 'mermaid';
}

/** The canvas as a tree of task names and counts; never arguments, which may be secret. */
export function describeText(node: CanvasNode): string {
  return linesOf(node).join('\n');
}

/** What a node is, in a few words. */
export function titleOf(node: CanvasNode): string {
  switch (node.kind) {
    case 'task':
      return onOneLine(node.task);
    case 'map':
    case 'starmap':
      return `${onOneLine(node.task)}, ${node.kind} of ${counted(node.items.length, 'item')}`;
    case 'chain':
      return `chain of ${counted(node.steps.length, 'step')}`;
    case 'group':
      return groupTitle(node.members);
    case 'chord':
      return policyTitle(node.onError) === '' ? 'chord' : `chord, ${policyTitle(node.onError)}`;
  }
}

/** What a chord's policy bears, in words; empty for none. */
export function policyTitle(policy: (CanvasNode & { kind: 'chord' })['onError']): string {
  if (policy === undefined) return '';
  if (policy === 'settle') return 'whatever fails';
  return 'atLeast' in policy ? `if at least ${policy.atLeast} succeed` : `if at most ${policy.maxFailures} fail`;
}

/** Members that look the same, one behind the other. */
export interface Run {
  /** The first ones, which are shown, each with its lines. */
  readonly shown: readonly { readonly node: CanvasNode; readonly lines: readonly string[] }[];
  /** How many follow them. */
  readonly more: number;
}

/** Folds a list for showing: of a long run of equal members the first two stand for all. A stream that nobody has read is empty. */
export function runsOf(list: NodeList): readonly Run[] {
  const runs: { shown: Run['shown'][number][]; text: string; more: number }[] = [];
  for (const node of (list instanceof MemberSource ? list.kept : list) ?? []) {
    const lines = linesOf(node);
    const text = lines.join('\n');
    const run = runs.at(-1);
    if (run?.text !== text) runs.push({ shown: [{ node, lines }], text, more: 0 });
    else if (run.shown.length < SHOWN + 1) run.shown.push({ node, lines });
    else run.more += 1;
  }
  // a third one is shown rather than counted
  return runs.map(({ shown, more }) =>
    more === 0 ? { shown, more } : { shown: shown.slice(0, SHOWN), more: more + 1 },
  );
}

const SHOWN = 2;

function linesOf(node: CanvasNode): readonly string[] {
  const branches = [
    ...contentOf(node),
    ...(node.link ?? []).map((callback) => named('link', callback)),
    ...(node.linkError ?? []).map((errback) => named('on error', errback)),
  ];
  return [titleOf(node), ...branches.flatMap((lines, index) => branch(lines, index === branches.length - 1))];
}

function contentOf(node: CanvasNode): readonly (readonly string[])[] {
  switch (node.kind) {
    case 'chain':
      return folded(node.steps);
    case 'group':
      return folded(node.members);
    case 'chord':
      return [named('header', node.header), named('body', node.body)];
    default:
      return [];
  }
}

function folded(list: NodeList): readonly (readonly string[])[] {
  return runsOf(list).flatMap(({ shown, more }) => [
    ...shown.map(({ lines }) => lines),
    ...(more > 0 ? [[`× ${more} more`]] : []),
  ]);
}

function named(role: string, node: CanvasNode): readonly string[] {
  const [title, ...below] = linesOf(node);
  return [`${role}: ${title}`, ...below];
}

function branch([title, ...below]: readonly string[], last: boolean): readonly string[] {
  return [`${last ? '└─' : '├─'} ${title}`, ...below.map((line) => `${last ? '   ' : '│  '}${line}`)];
}

function groupTitle(members: NodeList): string {
  const known = members instanceof MemberSource ? members.kept : members;
  return known ? `group of ${known.length}` : 'group of a stream';
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A name may come from elsewhere and hold anything. */
function onOneLine(name: string): string {
  return name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
