import { newId } from '../base/ids.ts';
import type { CanvasJson } from '../canvas/canvas-json.ts';
import { compileNext } from '../message/compile.ts';
import type { Given } from '../message/compile-types.ts';
import type { Launching } from '../message/launching.ts';
import type { Message } from '../message/message.ts';
import type { BarrierPromise, Frame, GroupInput, Slot } from '../message/next.ts';
import { isPromiseJson } from '../message/read-next.ts';
import type { Ports } from '../ports/ports.ts';
import type { BarrierHead } from '../protocol/barrier-item.ts';
import { launch } from './launch.ts';

/** What remains of the chains that a task or a group is a step of. */
export interface Remainder {
  readonly frames: readonly [Frame, ...Frame[]];
  readonly slot: Slot | undefined;
}

/** What of a message goes on to what follows from it. */
export type Origin = Pick<Message, 'root' | 'hops' | 'round' | 'traceparent'>;

/** How what follows is sent. @param how.round  another than the origin's */
export function launchingOf(
  { root, hops, round, traceparent }: Origin,
  parent: string | undefined,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
  how: { readonly again: boolean; readonly claim: boolean; readonly round?: number },
): Launching {
  return {
    root,
    ...(parent !== undefined ? { parent } : {}),
    hops,
    round,
    ...(traceparent !== undefined ? { traceparent } : {}),
    ...how,
    nowMs: clock.now(),
    newId: () => newId(clock.now(), random),
    stored: new Map(),
  };
}

/**
 * Sends the next step of a chain; what is stored of the chain is read first.
 *
 * @throws {BarrierMissingError} it is not stored any more
 * @throws {TooLargeError} it makes a message that is too large
 */
export async function goOn({ frames, slot }: Remainder, given: Given, by: Launching, ports: Ports): Promise<void> {
  const [{ stepsKey }] = frames;
  const text = stepsKey === undefined ? undefined : await ports.payloads.get(stepsKey);
  if (stepsKey !== undefined && text !== undefined) {
    by.stored.set(stepsKey, JSON.parse(text) as readonly CanvasJson[]);
  }
  await launch(compileNext(frames, slot, given, by), ports);
}

/**
 * What a head promises, and what the task that it sends is given; `undefined` if nothing follows from the group.
 *
 * @throws {Error} this code does not read it: the message comes back, in a rolling deployment to newer code
 */
export function promised(
  head: BarrierHead,
  size: number,
): { readonly remainder: Remainder; readonly given: Given } | undefined {
  if (head.next === undefined) return undefined;
  if (!isPromiseJson(head.next)) throw new Error(`what follows group ${head.group} is written by newer code than this`);
  const { frames, slot, onError } = head.next as unknown as BarrierPromise;
  const [frame, ...outer] = frames;
  if (!frame) return undefined;
  const input: GroupInput = {
    group: head.group,
    size,
    take: 'list',
    ...(onError !== undefined ? { onError } : {}),
  };
  return { remainder: { frames: [frame, ...outer], slot }, given: { kind: 'input', input } };
}
