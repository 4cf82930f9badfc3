import { pathId } from '../base/path-ids.ts';
import type { CanvasNode, GroupNode } from '../canvas/canvas-node.ts';
import { MemberSource } from '../canvas/member-source.ts';
import type { Part } from '../message/compile-types.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * What a canvas looks like, without arguments and options: stored when it is sent, so that it can be shown as a tree.
 *
 * The ids of its tasks follow from it by the rules of a canvas.
 *
 * @see docs/protocol.md
 */
export type Plan = PlanNode & {
  readonly v: 1;
  /** The task that the canvas has replaced: its item has the name of what ends it. */
  readonly replaces?: string;
};

export type PlanNode = PlannedTask | PlannedChain | PlannedGroup | PlannedChord;

interface Linked {
  /** Sent with the result; by the rules of a canvas the last task of the node has them. */
  readonly link?: readonly PlanNode[];
}

export interface PlannedTask extends Linked {
  readonly kind: 'task' | 'map' | 'starmap';
  readonly task: string;
}

export interface PlannedChain extends Linked {
  readonly kind: 'chain';
  readonly steps: readonly PlanNode[];
}

/** A group: its members in runs of equal ones; or only how many, or not even that, where that is all there is to say. */
export interface PlannedGroup {
  readonly kind: 'group';
  readonly members?: readonly Run[];
  /** Of members that are too different from one another to be written down. */
  readonly size?: number;
  /** Of a stream: its members were not known beforehand. */
  readonly stream?: true;
}

export interface PlannedChord extends Linked {
  readonly kind: 'chord';
  readonly header: PlannedGroup;
  readonly body: PlanNode;
}

/** So many equal members, one after the other. */
export interface Run {
  readonly count: number;
  readonly of: PlanNode;
}

/** A group with more runs than this is written down by its size alone. */
const MAX_RUNS = 2_000;

/** The plan of a canvas; nothing for a single task: its item says it all, and a plan for its links would be a write for each call. */
export function planOf(node: CanvasNode): Plan | undefined {
  return isTask(node) ? undefined : { v: 1, ...planned(node) };
}

/**
 * What a canvas of more than one task stores when it is sent, so that it can be shown.
 *
 * @param replaces  the name of the task that it replaces, if it does
 */
export function planPart(node: CanvasNode, path: string, replaces?: string): Part | undefined {
  const plan = planOf(node);
  return plan && { kind: 'plan', key: planKey(path), text: JSON.stringify({ ...plan, replaces }) };
}

/** Where the plan of the canvas stands whose inner nodes are named below `path`. */
export function planKey(path: string): string {
  return `plan#${path}`;
}

/**
 * The path of the canvas that has replaced a task. It has the round as well: a later round runs the task's code again, and what
 * that replaces it by must not meet what an earlier one has sent.
 */
export function replacementPath(id: string, generation: number, round: number = 0): string {
  return pathId(id, round === 0 ? `r${generation}` : `r${generation}-${round}`);
}

/** Reads a plan; nothing if there is none, or none that this code reads. */
export async function readPlan({ payloads }: Pick<Ports, 'payloads'>, path: string): Promise<Plan | undefined> {
  const text = await payloads.get(planKey(path));
  const plan = text === undefined ? undefined : (JSON.parse(text) as Plan);
  return plan?.v === 1 ? plan : undefined;
}

/** How many members a planned group has, if that was known. */
export function plannedSize({ members, size }: PlannedGroup): number | undefined {
  return members ? members.reduce((sum, { count }) => sum + count, 0) : size;
}

/** What a group's member is, where the plan says it. */
export function plannedMember({ members = [] }: PlannedGroup, index: number): PlanNode | undefined {
  let first = 0;
  for (const { count, of } of members) {
    if (index < first + count) return of;
    first += count;
  }
  return undefined;
}

function isTask({ kind }: CanvasNode): boolean {
  return kind === 'task' || kind === 'map' || kind === 'starmap';
}

function planned(node: CanvasNode): PlanNode {
  const link = node.link && node.link.length > 0 ? { link: node.link.map(planned) } : {};
  switch (node.kind) {
    case 'chain':
      return { kind: 'chain', steps: node.steps.map(planned), ...link };
    case 'group':
      return plannedGroup(node);
    case 'chord':
      return { kind: 'chord', header: plannedGroup(node.header), body: planned(node.body), ...link };
    default:
      return { kind: node.kind, task: node.task, ...link };
  }
}

function plannedGroup(node: GroupNode): PlannedGroup {
  const members = node.members instanceof MemberSource ? node.members.kept : node.members;
  if (!members || 'open' in node) return { kind: 'group', stream: true };
  const runs: { count: number; of: PlanNode; text: string }[] = [];
  for (const member of members) {
    const of = planned(member);
    const text = JSON.stringify(of);
    const last = runs.at(-1);
    if (last?.text === text) last.count += 1;
    else if (runs.length === MAX_RUNS) return { kind: 'group', size: members.length };
    else runs.push({ count: 1, of, text });
  }
  return { kind: 'group', members: runs.map(({ count, of }) => ({ count, of })) };
}
