import { wrong } from '../base/option-readers.ts';
import type { TaskError } from '../base/stored-error.ts';
import { makeSignature } from './bound-signature.ts';
import type { Canvas } from './canvas-type.ts';
import type { Expected } from './follows.ts';
import { type BoundGroup, readMembers } from './group.ts';
import { chordNode, readPolicy } from './make-node.ts';
import type { Members, Results, Shared } from './members.ts';
import { firstSender, Part, partOf } from './part.ts';
import type { AnySignature, GroupSignature, MissingOf, ResultOf } from './signature.ts';

/** One slot of the list that the body of a tolerant chord gets. */
export type Settled<R> =
  | { readonly status: 'SUCCESS'; readonly value: R }
  | { readonly status: 'FAILURE' | 'REVOKED' | 'IGNORED'; readonly error: TaskError };

/** How many failures of its header a chord bears: any number, or so many that enough members succeed. */
export type ChordPolicy = 'settle' | { readonly atLeast: number } | { readonly maxFailures: number };

export interface ChordOptions<P extends ChordPolicy | undefined = ChordPolicy | undefined> {
  /** With it the body sees every slot as `Settled`. @default one failure fails the chord */
  readonly onError?: P;
}

/**
 * Runs the header side by side and then, once, the body with the list of their results.
 *
 * All members run whatever happens. If one of them fails the body does not run: the chord's result is a `ChordError` that
 * names those that failed, unless `onError` bears them. A header that is a group keeps its own options and errbacks.
 *
 * @throws {InvalidOptionError} a member or the body is no signature, or there is no such policy
 */
export function chord<
  const H extends Members | GroupSignature<never, readonly unknown[]>,
  B,
  const P extends ChordPolicy | undefined = undefined,
>(header: H, body: Body<Results<H>, P, B>, options?: ChordOptions<P>): Canvas<Shared<H>, ResultOf<B>> {
  const { node, sender } = readHeader(header);
  const bodyPart = partOf(body, 'body');
  const policy = readPolicy(options?.onError, 'onError');
  return makeSignature(chordNode(node, Part.nodeOf(bodyPart), policy), sender ?? firstSender([bodyPart]));
}

/** With a misspelt policy, or one that is known only when it runs, either list will do: the error stands at the option. */
type Body<R extends readonly unknown[], P, B> = [ChordPolicy | undefined] extends [P]
  ? TakesList<Slots<R>, B> extends B
    ? B
    : TakesList<R, B>
  : TakesList<P extends ChordPolicy ? Slots<R> : R, B>;

type Slots<R extends readonly unknown[]> = { [K in keyof R]: Settled<R[K]> };

type TakesList<List, B> = B extends AnySignature
  ? [List] extends MissingOf<B>
    ? B
    : MissingOf<B> extends []
      ? "all arguments are bound, so nothing takes the header's list: bind one fewer, or use .si()"
      : Expected<[List], B>
  : 'the body is a signature: call .s() or .si() on the task';

function readHeader(header: unknown): BoundGroup {
  if (!(header instanceof Part)) return readMembers(header, 'header');
  const node = Part.nodeOf(header);
  if (node.kind === 'group') return { node, sender: Part.senderOf(header) };
  throw wrong('header', 'a group or a list of signatures', node.kind, 'for a single one write [signature]');
}
