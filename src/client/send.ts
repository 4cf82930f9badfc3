import { TaskEndedError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { readText, wrong } from '../base/option-readers.ts';
import { callOptionsJson, mergeCallOptions } from '../canvas/call-options-json.ts';
import { frozenJson } from '../canvas/frozen-json.ts';
import type { AsyncResult } from '../canvas/handle.ts';
import type { Sender } from '../canvas/sender.ts';
import type { TaskJson } from '../canvas/signature-json.ts';
import { encode } from '../message/codec.ts';
import type { AppCore } from '../task/app-core.ts';
import { parseArguments } from '../task/arguments.ts';
import { asyncResult } from './async-result.ts';
import { buildMessage } from './build-message.ts';
import { readCall } from './call.ts';
import { portsHere } from './connection.ts';
import { sendBody } from './outbox.ts';
import { currentTask } from './scope.ts';
import { untilSeen } from './unseen.ts';

/** The sender that the tasks and signatures of an app are bound to. */
export function senderOf(core: AppCore): Sender {
  return { send: (signature, missing, options) => send(core, signature, missing, options) };
}

/**
 * Sends one task: check, build, hand over. Nothing is sent when anything is wrong with the call.
 *
 * The arguments and options are read before this returns, so that what the caller does with them afterwards changes nothing.
 */
function send(
  core: AppCore,
  signature: TaskJson,
  missing: readonly unknown[],
  options: unknown,
): Promise<AsyncResult<unknown>> {
  const scope = currentTask.getStore();
  if (scope?.closed) return Promise.reject(new TaskEndedError('send'));
  const sending = checkAndSend(core, signature, missing, options);
  return scope ? untilSeen(sending, scope.sends) : sending;
}

async function checkAndSend(
  core: AppCore,
  signature: TaskJson,
  missing: readonly unknown[],
  given: unknown,
): Promise<AsyncResult<unknown>> {
  const task = readText(signature.task, 'name');
  const definition = core.registry.get(task);
  const args = argumentsOf(signature, missing);
  const options = mergeCallOptions(signature.options ?? {}, callOptionsJson(given));
  const ports = portsHere(core);
  const call = readCall(options, definition?.policy, ports.clock.now());
  const queue = core.resolveQueue(task, args, call.queue);
  const message = buildMessage({ task, args, options, call }, ports, currentTask.getStore());
  const body = encode(message);
  if (definition?.schema) await parseArguments(task, definition.schema, args);
  await sendBody(ports, queue, { body, delaySeconds: call.delaySeconds });
  const ignored = call.limits.ignoreResult ?? definition?.policy.ignoreResult ?? false;
  return asyncResult(message.id, () => portsHere(core), ignored);
}

/** The prepend rule: what comes at the call stands first, what the signature binds last. */
function argumentsOf({ args, immutable }: TaskJson, missing: unknown): readonly Json[] {
  if (!Array.isArray(missing))
    throw wrong('args', 'a list of arguments, e.g. applyAsync([42], { countdown: 60 })', missing);
  if (immutable || missing.length === 0) return args;
  return frozenJson([...missing, ...args], 'args') as readonly Json[];
}
