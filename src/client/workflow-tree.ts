import { chunked } from '../base/chunked.ts';
import { DYNAMODB_MAX_BATCH_GET } from '../base/limits.ts';
import type { Ports } from '../ports/ports.ts';
import type { TaskItem } from '../protocol/item.ts';
import { ancestorsOf, baseOf } from './ancestors.ts';
import { type PlanNode, readPlan, replacementPath } from './plan.ts';
import { type Draft, type Drafting, draft } from './workflow-draft.ts';
import { fillIn, type Known } from './workflow-fill.ts';
import type { WorkflowNode } from './workflow-node.ts';

/** Members of a group that are shown one by one unless asked otherwise. */
export const SHOWN_MEMBERS = 20;

/**
 * The workflow that an id belongs to, as a tree with states.
 *
 * Of a group the members that failed or run come first, and those beyond `shown` are counted. An id of a part gives the whole.
 * Without a plan it is the one task of this id, or the group if it is one.
 *
 * @param shown  members of a group that are in the tree one by one
 */
export async function workflowTree(id: string, ports: Ports, shown: number = SHOWN_MEMBERS): Promise<WorkflowNode> {
  const { plan, top } = await findPlan(id, ports);
  const drafting = { ports, shown };
  const whole = await draft(plan, { id: top, path: top, bare: true }, drafting);
  const known: Known = { items: new Map(), replacements: new Map(), nowMs: ports.clock.now() };
  await readItems(ancestorsOf(top), known, ports);
  await readDraft(whole, known, drafting);
  return fillIn(whole, known);
}

/** A task by itself has no plan: its item says its name. */
const ONE_TASK: PlanNode = { kind: 'task', task: '' };
/** Below a task by itself that was replaced. */
const IN_REPLACEMENT = /^\.r\d/;

async function findPlan(id: string, ports: Ports): Promise<{ plan: PlanNode; top: string }> {
  const own = await readPlan(ports, id);
  if (own) return { plan: own, top: id };
  const base = baseOf(id);
  const above = base === id ? undefined : await readPlan(ports, base);
  if (above) return { plan: above, top: base };
  if (IN_REPLACEMENT.test(id.slice(base.length)) && (await ports.backend.read(base)))
    return { plan: ONE_TASK, top: base };
  const head = await ports.barrier.readHead(id);
  return { plan: head ? { kind: 'group', stream: true } : ONE_TASK, top: id };
}

/** Reads the items of a draft, and of whatever has replaced its tasks. */
async function readDraft(whole: Draft, known: Known, drafting: Drafting, generation: number = 0): Promise<void> {
  const { ports } = drafting;
  await readItems(idsIn(whole), known, ports);
  for (const task of tasksIn(whole)) {
    // the last step of what replaces a task has its id, one generation on
    const from = task.id === whole.id ? generation : 0;
    const found = await findReplacement(task.id, from, known.items.get(task.id), ports);
    if (!found) continue;
    const replacement = await draft(found.plan, { id: task.id, path: found.path, bare: false }, drafting);
    known.replacements.set(task, { draft: replacement, replaces: found.plan.replaces });
    await readDraft(replacement, known, drafting, found.generation);
  }
}

/**
 * The next replacement of a task after the generation `from`; one without a plan is a retry with other arguments. The latest
 * round in which there is one counts.
 */
async function findReplacement(id: string, from: number, item: TaskItem | undefined, ports: Ports) {
  if (!item) return undefined;
  for (let generation = from + 1; generation <= item.generation; generation++) {
    for (let { round } = item; round >= 0; round--) {
      const path = replacementPath(id, generation, round);
      const plan = await readPlan(ports, path);
      if (plan) return { plan, path, generation };
    }
  }
  return undefined;
}

async function readItems(ids: readonly string[], { items }: Known, { backend }: Ports): Promise<void> {
  const unread = [...new Set(ids)].filter((id) => !items.has(id));
  for (const batch of chunked(unread, DYNAMODB_MAX_BATCH_GET)) {
    for (const [id, item] of await backend.readMany(batch)) items.set(id, item);
  }
}

function idsIn(node: Draft): readonly string[] {
  return [node.id, ...[...node.children, ...node.links].flatMap(idsIn)];
}

function tasksIn(node: Draft): readonly Draft[] {
  const below = [...node.children, ...node.links].flatMap(tasksIn);
  return node.plan.kind === 'task' ? [node, ...below] : below;
}
