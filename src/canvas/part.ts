import { InvalidOptionError } from '../base/errors.ts';
import { wrong } from '../base/option-readers.ts';
import type { CanvasNode } from './canvas-node.ts';
import type { Sender } from './sender.ts';

/** What a signature holds in hidden fields: what to run, and the app that sends it if one is known. */
export class Part {
  readonly #node: CanvasNode;
  readonly #sender: Sender | undefined;

  constructor(node: CanvasNode, sender: Sender | undefined) {
    this.#node = node;
    this.#sender = sender;
  }

  static nodeOf(part: Part): CanvasNode {
    return part.#node;
  }

  static senderOf(part: Part): Sender | undefined {
    return part.#sender;
  }
}

/**
 * Returns the value if it is a signature.
 *
 * @param at  how it is called in the error, e.g. `steps[1]`
 * @throws {InvalidOptionError} it is something else; a task is the usual mistake
 */
export function partOf(value: unknown, at: string): Part {
  if (value instanceof Part) return value;
  if (value instanceof Promise)
    throw new InvalidOptionError(`\`${at}\` must be a signature, got a Promise; ${NOT_SENT}`);
  const remedy =
    typeof value === 'function' ? 'call .s() or .si() on the task' : 'get one from a task by .s() or .si()';
  throw wrong(at, 'a signature', value, remedy);
}

const NOT_SENT = 'use .s(), not .delay()';

/** What the signature runs; `at` as in `partOf`. */
export function nodeOf(value: unknown, at: string): CanvasNode {
  return Part.nodeOf(partOf(value, at));
}

/** The sender of the first part that has one. */
export function firstSender(parts: readonly Part[]): Sender | undefined {
  for (const part of parts) {
    const sender = Part.senderOf(part);
    if (sender) return sender;
  }
  return undefined;
}
