import type { CanvasNode, ChordNode, GroupNode, NodeList } from './canvas-node.ts';
import { policyTitle, runsOf, titleOf } from './describe.ts';

/**
 * The canvas as a Mermaid flowchart of task names and counts; never arguments, which may be secret.
 *
 * A group is a box, a chain a row of arrows, a chord a box with an arrow to its body; links are dotted.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function describeMermaid(node: CanvasNode): string {
  const chart: Chart = { count: 0, lines: [] };
  draw(node, chart, '  ');
  return ['flowchart TD', ...chart.lines].join('\n');
}

interface Chart {
  count: number;
  readonly lines: string[];
}

/** Where arrows to a part and from it go. */
interface Drawn {
  readonly entry: string;
  readonly exit: string;
}

function draw(node: CanvasNode, chart: Chart, indent: string): Drawn {
  const boxed = node.kind === 'chain' || node.kind === 'chord' ? node.linkError !== undefined : false;
  const drawn = boxed
    ? drawBox(titleOf(node), chart, indent, (inner) => drawContent(node, chart, inner))
    : drawContent(node, chart, indent);
  for (const callback of node.link ?? []) {
    arrow(chart, indent, drawn.exit, draw(callback, chart, indent).entry, 'link', true);
  }
  for (const errback of node.linkError ?? []) {
    arrow(chart, indent, drawn.exit, draw(errback, chart, indent).entry, 'on error', true);
  }
  return drawn;
}

function drawContent(node: CanvasNode, chart: Chart, indent: string): Drawn {
  switch (node.kind) {
    case 'chain':
      return drawRow(node.steps, chart, indent);
    case 'group':
      return drawGroup(node, chart, indent);
    case 'chord':
      return drawChord(node, chart, indent);
    default:
      return drawOne(titleOf(node), chart, indent);
  }
}

function drawRow(steps: readonly CanvasNode[], chart: Chart, indent: string): Drawn {
  const drawn = drawRuns(steps, chart, indent);
  const [first, ...others] = drawn as [Drawn, ...Drawn[]];
  let last = first;
  for (const step of others) {
    arrow(chart, indent, last.exit, step.entry);
    last = step;
  }
  return { entry: first.entry, exit: last.exit };
}

function drawGroup(node: GroupNode, chart: Chart, indent: string): Drawn {
  // a box without anything in it is not drawn well
  if (runsOf(node.members).length === 0) return drawOne(titleOf(node), chart, indent);
  return drawBox(titleOf(node), chart, indent, (inner) => drawRuns(node.members, chart, inner));
}

function drawChord({ header, body, onError }: ChordNode, chart: Chart, indent: string): Drawn {
  const from = draw(header, chart, indent);
  const to = draw(body, chart, indent);
  arrow(chart, indent, from.exit, to.entry, policyTitle(onError));
  return { entry: from.entry, exit: to.exit };
}

function drawRuns(list: NodeList, chart: Chart, indent: string): readonly Drawn[] {
  return runsOf(list).flatMap(({ shown, more }) => [
    ...shown.map(({ node }) => draw(node, chart, indent)),
    ...(more > 0 ? [drawOne(`× ${more} more`, chart, indent)] : []),
  ]);
}

function drawBox(title: string, chart: Chart, indent: string, content: (indent: string) => unknown): Drawn {
  const id = nextId(chart);
  chart.lines.push(`${indent}subgraph ${id}[${quoted(title)}]`);
  content(`${indent}  `);
  chart.lines.push(`${indent}end`);
  return { entry: id, exit: id };
}

function drawOne(title: string, chart: Chart, indent: string): Drawn {
  const id = nextId(chart);
  chart.lines.push(`${indent}${id}[${quoted(title)}]`);
  return { entry: id, exit: id };
}

function arrow(
  chart: Chart,
  indent: string,
  from: string,
  to: string,
  label: string = '',
  dotted: boolean = false,
): void {
  const line = dotted ? '-.->' : '-->';
  chart.lines.push(`${indent}${from} ${line}${label === '' ? '' : `|${quoted(label)}|`} ${to}`);
}

function nextId(chart: Chart): string {
  chart.count += 1;
  return `n${chart.count}`;
}

/** Mermaid's own escapes: what could end the text or be taken for HTML. */
function quoted(text: string): string {
  return `"${text.replace(/[#"<>&`\\]/g, (character) => `#${character.charCodeAt(0)};`)}"`;
}
