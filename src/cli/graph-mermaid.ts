import type { WorkflowNode } from '../client/workflow-node.ts';
import { type Look, lookOf, nameOf, restText } from './graph-words.ts';

const STYLES: Readonly<Record<Look['tone'], string>> = {
  good: 'fill:#e6f4ea,stroke:#188038,color:#0d3b1e',
  bad: 'fill:#fce8e6,stroke:#c5221f,color:#5f1412',
  warn: 'fill:#fef7e0,stroke:#b06000,color:#4a2900',
  busy: 'fill:#e8f0fe,stroke:#1a73e8,color:#0b2a5b',
  quiet: 'fill:#f1f3f4,stroke:#9aa0a6,color:#3c4043',
  plain: 'fill:#ffffff,stroke:#9aa0a6,color:#3c4043',
};

/** A workflow as a Mermaid flowchart: groups are boxes, arrows lead from what is awaited to what waits for it. */
export function mermaid(tree: WorkflowNode): string {
  const drawing: Drawing = { lines: [], nodes: 0 };
  draw(tree, drawing, '  ');
  const classes = Object.entries(STYLES).map(([name, style]) => `  classDef ${name} ${style}`);
  return ['flowchart LR', ...drawing.lines, ...classes].join('\n');
}

interface Drawing {
  readonly lines: string[];
  nodes: number;
}

/** Where arrows to a part end, and where those from it begin. */
interface Ends {
  readonly first: string;
  readonly last: string;
}

function draw(node: WorkflowNode, drawing: Drawing, indent: string): Ends {
  switch (node.kind) {
    case 'chain':
    case 'chord':
      return drawSteps(node.children, drawing, indent);
    case 'group':
      return drawGroup(node, drawing, indent);
    default:
      return drawTask(node, drawing, indent);
  }
}

function drawSteps(steps: readonly WorkflowNode[], drawing: Drawing, indent: string): Ends {
  const ends = steps.map((step) => draw(step, drawing, indent));
  for (const [i, { first }] of ends.slice(1).entries()) drawing.lines.push(`${indent}${ends[i]?.last} --> ${first}`);
  return { first: ends[0]?.first ?? '', last: ends.at(-1)?.last ?? '' };
}

function drawGroup(node: WorkflowNode, drawing: Drawing, indent: string): Ends {
  const name = nextName(drawing);
  drawing.lines.push(`${indent}subgraph ${name}["${labelOf(node)}"]`);
  for (const member of node.children) draw(member, drawing, `${indent}  `);
  const rest = node.counts ? restText(node.counts) : '';
  if (rest) drawing.lines.push(`${indent}  ${nextName(drawing)}["${escaped(rest)}"]:::quiet`);
  drawing.lines.push(`${indent}end`, `${indent}class ${name} ${lookOf(node).tone}`);
  return { first: name, last: name };
}

function drawTask(node: WorkflowNode, drawing: Drawing, indent: string): Ends {
  const name = nextName(drawing);
  drawing.lines.push(`${indent}${name}["${labelOf(node)}"]:::${lookOf(node).tone}`);
  const replacement = node.replacement && draw(node.replacement, drawing, indent);
  if (replacement) drawing.lines.push(`${indent}${name} -. replaced by .-> ${replacement.first}`);
  const last = replacement?.last ?? name;
  for (const link of node.links)
    drawing.lines.push(`${indent}${last} -. link .-> ${draw(link, drawing, indent).first}`);
  return { first: name, last };
}

function nextName(drawing: Drawing): string {
  drawing.nodes += 1;
  return `n${drawing.nodes}`;
}

function labelOf(node: WorkflowNode): string {
  return `${lookOf(node).glyph} ${escaped(nameOf(node))}`;
}

/** @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters */
function escaped(text: string): string {
  return text.replace(/["#<>&]/g, (char) => `#${char.charCodeAt(0)};`);
}
