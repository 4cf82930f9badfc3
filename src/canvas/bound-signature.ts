import { wrong } from '../base/option-readers.ts';
import { callOptionsJson, mergeCallOptions } from './call-options-json.ts';
import type { CanvasJson } from './canvas-json.ts';
import { type CanvasNode, canvasJson } from './canvas-node.ts';
import { type DescribeOptions, describeText } from './describe.ts';
import { findSender } from './find-sender.ts';
import type { AsyncResult } from './handle.ts';
import { addLinks, chainNode, setOptions } from './make-node.ts';
import { describeMermaid } from './mermaid.ts';
import { nodeOf, Part } from './part.ts';
import { readCanvas } from './read-canvas.ts';
import { readLinks } from './read-links.ts';
import type { Sender } from './sender.ts';
import type { Signature } from './signature.ts';
import type { SignatureJson } from './signature-json.ts';

/** A signature as it runs: frozen, all it knows in hidden fields. Every method that changes something gives a copy. */
class BoundSignature extends Part {
  constructor(node: CanvasNode, sender: Sender | undefined) {
    super(node, sender);
    Object.freeze(this);
  }

  delay(...missing: unknown[]): Promise<AsyncResult<unknown>> {
    return sendNode(Part.nodeOf(this), Part.senderOf(this), missing);
  }

  applyAsync(missing: readonly unknown[] = [], options?: object): Promise<AsyncResult<unknown>> {
    return sendNode(Part.nodeOf(this), Part.senderOf(this), missing, options);
  }

  set(options: object): BoundSignature {
    const node = Part.nodeOf(this);
    return this.#with(setOptions(node, mergeCallOptions(node.options ?? {}, callOptionsJson(options))));
  }

  link(callback: unknown): BoundSignature {
    return this.#with(addLinks(Part.nodeOf(this), { link: [nodeOf(callback, 'link')] }), callback);
  }

  linkError(errback: unknown): BoundSignature {
    return this.#with(addLinks(Part.nodeOf(this), { linkError: [nodeOf(errback, 'linkError')] }), errback);
  }

  onError(errback: unknown): BoundSignature {
    return this.linkError(errback);
  }

  pipe(next: unknown): BoundSignature {
    return this.#with(chainNode([...stepsOf(Part.nodeOf(this)), nodeOf(next, 'next')]), next);
  }

  toJSON(): CanvasJson {
    return canvasJson(Part.nodeOf(this));
  }

  describe({ format = 'text' }: DescribeOptions = {}): string {
    if (format === 'text') return describeText(Part.nodeOf(this));
    if (format === 'mermaid') return describeMermaid(Part.nodeOf(this));
    throw wrong('format', "'text' or 'mermaid'", format);
  }

  /** What `console.log` shows: the same text, and so no arguments. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.describe();
  }

  /** A signature of this one's app; of that of `added` where this one has none. */
  #with(node: CanvasNode, added?: unknown): BoundSignature {
    const sender = Part.senderOf(this) ?? (added instanceof Part ? Part.senderOf(added) : undefined);
    return new BoundSignature(node, sender);
  }
}

/** What a signature is in a chain: a chain that says nothing of itself is its steps. */
function stepsOf(node: CanvasNode): readonly CanvasNode[] {
  const plain = !node.options && !node.link && !node.linkError;
  return node.kind === 'chain' && plain ? node.steps : [node];
}

/**
 * Binds a canvas to whoever sends it. What its types are is decided by the caller's declaration.
 *
 * @param sender  `undefined` where no part has one: it is looked for when the signature is sent
 */
export function makeSignature<S>(node: CanvasNode, sender: Sender | undefined): S {
  return new BoundSignature(node, sender) as S;
}

/**
 * Sends a canvas; `link` and `linkError` of the call are put on it, behind its own.
 *
 * @throws in the promise only
 */
export function sendNode(
  node: CanvasNode,
  sender: Sender | undefined,
  missing: readonly unknown[],
  given?: object,
): Promise<AsyncResult<unknown>> {
  try {
    const { options, links, sender: ofLinks } = readLinks(given);
    const whole = links ? addLinks(node, links) : node;
    return (sender ?? ofLinks ?? findSender(whole)).send(whole, missing, options);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** What a signature runs, or what was read from its text. */
export function jsonOf(signature: unknown): CanvasNode {
  return signature instanceof Part ? Part.nodeOf(signature) : readCanvas(signature);
}

/**
 * The inverse of `toJSON`, bound to no app: sending it rejects with `UnboundTaskError` until `app.signature(…)` has bound it.
 *
 * After `JSON.parse` name the types: `signatureFrom<[number], string>(…)`.
 *
 * @throws {InvalidOptionError} it is no signature; the text says where
 */
// biome-ignore lint/suspicious/noExplicitAny: without names the types are the caller's own risk
export function signatureFrom<Missing extends unknown[] = any, Result = any>(
  json: SignatureJson<Missing, Result>,
): Signature<Missing, Result> {
  return makeSignature(jsonOf(json), undefined);
}
