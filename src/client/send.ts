import { TaskEndedError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { readText, wrong } from '../base/option-readers.ts';
import { type CallOptionsJson, callOptionsJson, mergeCallOptions } from '../canvas/call-options-json.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import { type CanvasNode, hasStream, listCanvas } from '../canvas/canvas-node.ts';
import { frozenJson } from '../canvas/frozen-json.ts';
import type { AsyncResult } from '../canvas/handle.ts';
import type { Sender } from '../canvas/sender.ts';
import { compile, compileMember } from '../message/compile.ts';
import type { Given, Part } from '../message/compile-types.ts';
import type { Launching } from '../message/launching.ts';
import type { Ports } from '../ports/ports.ts';
import type { AppCore } from '../task/app-core.ts';
import { baseIdOf } from './base-id.ts';
import { closeGroup } from './close-group.ts';
import { portsHere } from './connection.ts';
import { launchingOf } from './go-on.ts';
import { handleOf } from './handles.ts';
import { launch } from './launch.ts';
import { planPart } from './plan.ts';
import { checkArguments, type Preparing, prepare, prepareMember, withCallOptions } from './prepare.ts';
import { currentTask, type TaskScope } from './scope.ts';
import { type Streamed, splitStream } from './streamed.ts';
import { untilSeen } from './unseen.ts';

/** The sender that the tasks and signatures of an app are bound to. */
export function senderOf(core: AppCore): Sender {
  return { send: (node, missing, options) => send(core, node, missing, options) };
}

/**
 * Sends one canvas: check, compile, hand over. Nothing is sent when anything is wrong with the call; of a streamed group, what
 * came before the member that is wrong.
 *
 * The arguments and options are read before this returns, so that what the caller does with them afterwards changes nothing.
 */
function send(
  core: AppCore,
  node: CanvasNode,
  missing: readonly unknown[],
  options: unknown,
): Promise<AsyncResult<unknown>> {
  const scope = currentTask.getStore();
  if (scope?.closed) return Promise.reject(new TaskEndedError('send'));
  const sending = checkAndSend(core, node, missing, options);
  return scope ? untilSeen(sending, scope.sends) : sending;
}

async function checkAndSend(
  core: AppCore,
  node: CanvasNode,
  missing: readonly unknown[],
  given: unknown,
): Promise<AsyncResult<unknown>> {
  if (node.kind === 'task') readText(node.task, 'name'); // `sendTask` takes any
  const args = readMissing(missing);
  const options = callOptionsJson(given);
  const scope = currentTask.getStore();
  const ports = portsHere(core);
  const id = baseIdOf(node, args, mergeCallOptions(node.options ?? NONE, options), ports, scope);
  const chosen = (options.taskId ?? node.options?.taskId) !== undefined;
  const streamed = hasStream(node) ? await splitStream(node) : undefined;
  const call: Call = { core, id, args, options, by: launchingHere(id, ports, scope, chosen), ports };
  const sizes = streamed ? await sendStream(streamed, call) : undefined;
  if (!streamed) await sendListed(hasStream(node) ? await listCanvas(node) : (node as CanvasJson), call);
  const sent = { ...node, options: mergeCallOptions(node.options ?? NONE, options) };
  return handleOf(
    node,
    { id, path: id, root: call.by.root, ...(sizes ? { sizes } : {}) },
    () => portsHere(core),
    ignores(core, sent, NONE),
  );
}

interface Call {
  readonly core: AppCore;
  readonly id: string;
  readonly args: readonly Json[];
  readonly options: CallOptionsJson;
  readonly by: Launching;
  readonly ports: Ports;
}

async function sendListed(node: CanvasJson, call: Call): Promise<void> {
  const { id, by, ports, args } = call;
  const preparing = preparingOf(call);
  const canvas = prepare(withCallOptions(node, call.options), preparing);
  if (preparing.complete.length > 0) await checkArguments(preparing);
  await launch(compiled(canvas, id, args, by), ports);
}

function* compiled(canvas: CanvasJson, id: string, args: readonly Json[], by: Launching): Generator<Part> {
  const plan = planPart(canvas, id);
  if (plan) yield plan;
  yield* compile(canvas, { id, path: id }, givenOf(args), {}, by);
}

/**
 * Sends what a canvas begins with while it is produced, and closes the group after the last of it.
 *
 * @returns how many members the group has
 */
async function sendStream({ canvas, source, options }: Streamed, call: Call): Promise<ReadonlyMap<string, number>> {
  const { id, by, ports, args } = call;
  const preparing = preparingOf(call);
  const prepared = prepare(withCallOptions(canvas, call.options), preparing);
  await checkArguments(preparing);
  let sent = { group: '', count: 0 };
  async function* parts(): AsyncGenerator<Part> {
    for (const part of compiled(prepared, id, args, by)) {
      yield part;
      if (part.kind !== 'head' || part.size !== undefined) continue;
      const place = { id: part.group, errbacks: part.errbacks };
      for await (const member of source.consume()) {
        const one = preparingOf(call);
        const ready = prepareMember(await listCanvas(member), mergeCallOptions(options, call.options), one);
        if (one.complete.length > 0) await checkArguments(one);
        yield* compileMember(ready, place, sent.count, givenOf(args), by);
        sent = { group: part.group, count: sent.count + 1 };
      }
      sent = { ...sent, group: part.group };
    }
  }
  await launch(parts(), ports);
  const size = await closeGroup(sent.group, sent.count, by, ports);
  return new Map([[sent.group, size]]);
}

function preparingOf({ core, args, ports }: Call): Preparing {
  return { core, nowMs: ports.clock.now(), given: args, complete: [] };
}

function givenOf(args: readonly Json[]): Given {
  return args.length > 0 ? { kind: 'values', values: args } : { kind: 'nothing' };
}

/** Sent from inside a task, a canvas is that task's child: same workflow and round, one hop further. */
function launchingHere(id: string, ports: Ports, scope: TaskScope | undefined, chosen: boolean): Launching {
  const again = scope?.again === true || chosen;
  if (!scope) return launchingOf({ root: id, hops: 0, round: 0 }, undefined, ports, { again, claim: false });
  const { message } = scope;
  return launchingOf({ ...message, hops: message.hops + 1 }, message.id, ports, { again, claim: false });
}

/** The prepend rule: what comes at the call stands first. */
function readMissing(missing: unknown): readonly Json[] {
  if (!Array.isArray(missing))
    throw wrong('args', 'a list of arguments, e.g. applyAsync([42], { countdown: 60 })', missing);
  return missing.length === 0 ? NO_ARGS : (frozenJson(missing, 'args') as readonly Json[]);
}

/** Tells whether nobody stores the result of what a canvas ends with; what stands before it is always stored. */
function ignores(core: AppCore, node: CanvasNode, inherited: CallOptionsJson): boolean {
  if (node.kind === 'group') return false; // its members are read for its list
  const ignoreResult = node.options?.ignoreResult ?? inherited.ignoreResult;
  const options = ignoreResult === undefined ? NONE : { ignoreResult };
  if (node.kind === 'chain') return ignores(core, node.steps[node.steps.length - 1] as CanvasNode, options);
  if (node.kind === 'chord') return ignores(core, node.body, options);
  return ignoreResult ?? core.registry.get(node.task)?.policy.ignoreResult ?? false;
}

const NONE: CallOptionsJson = Object.freeze({});
const NO_ARGS: readonly Json[] = Object.freeze([]);
