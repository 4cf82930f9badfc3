import type { Json } from '../base/json.ts';
import type { CanvasJson, MapJson, TaskJson } from '../canvas/canvas-json.ts';
import { readCall } from './call.ts';
import type { Given, Part, Target } from './compile-types.ts';
import type { Message } from './message.ts';
import type { Input, Next } from './next.ts';

/** Who sends a canvas, and when. */
export interface Launching {
  readonly root: string;
  /** The task, or the group, whose result it follows. */
  readonly parent?: string;
  readonly hops: number;
  readonly round: number;
  readonly traceparent?: string;
  /** The sender had been delivered before: what it sends may be there already. */
  readonly again: boolean;
  /** A barrier or a failure sends it: another may send the same. */
  readonly claim: boolean;
  readonly nowMs: number;
  /** For copies and for the keys of what is stored: never the same twice. */
  readonly newId: () => string;
  /** Steps of chains that are stored, by their keys: those that were read, and those that this launch stores itself. */
  readonly stored: Map<string, readonly CanvasJson[]>;
}

/** The message of one task of a canvas. Its options hold all there is to know: queue and expiry were settled when it was sent. */
export function messageFor(
  node: TaskJson | MapJson,
  target: Target,
  given: Given,
  next: Next,
  by: Launching,
): Extract<Part, { kind: 'message' }> {
  const options = node.options ?? {};
  const call = readCall(options, undefined, by.nowMs);
  const { args, input } = argumentsOf(node, given);
  const message: Message = {
    id: target.id,
    copy: by.newId(),
    task: node.task,
    args,
    ...(input ? { input } : {}),
    ...(node.kind === 'task' ? {} : { each: node.kind }),
    ...(Object.keys(next).length > 0 ? { next } : {}),
    root: by.root,
    ...(by.parent !== undefined ? { parent: by.parent } : {}),
    retries: 0,
    ...(call.etaMs !== undefined ? { etaMs: call.etaMs } : {}),
    ...(call.expiresAtMs !== undefined ? { expiresAtMs: call.expiresAtMs } : {}),
    ...(call.headers !== undefined ? { headers: call.headers } : {}),
    ...(by.traceparent !== undefined ? { traceparent: by.traceparent } : {}),
    hops: by.hops,
    again: by.again,
    claim: by.claim,
    generation: target.generation ?? 0,
    round: by.round,
    redriven: false,
    limits: call.limits,
  };
  return { kind: 'message', queue: options.queue ?? 'default', delaySeconds: call.delaySeconds, message };
}

/** The prepend rule; what takes nothing still waits for the group before it to have succeeded. */
function argumentsOf(node: TaskJson | MapJson, given: Given): { args: readonly Json[]; input?: Input } {
  const takes = node.kind === 'task' && !node.immutable;
  const own = node.kind === 'task' ? node.args : [node.items];
  switch (given.kind) {
    case 'nothing':
      return { args: own };
    case 'values':
      return { args: takes && given.values.length > 0 ? [...given.values, ...own] : own };
    case 'input': {
      const { input } = given;
      if (takes) return { args: own, input };
      return 'group' in input ? { args: own, input: { ...input, take: 'nothing' } } : { args: own };
    }
  }
}
