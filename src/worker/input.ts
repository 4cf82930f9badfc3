import { BarrierMissingError, ChordError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { storeError } from '../base/stored-error.ts';
import type { Message } from '../message/message.ts';
import type { GroupInput } from '../message/next.ts';
import type { Ports } from '../ports/ports.ts';
import { gather, type Member } from '../protocol/gather.ts';
import type { TaskItem } from '../protocol/item.ts';
import { FANOUT } from '../protocol/tree.ts';
import type { Outcome } from './outcome.ts';

/** Leaves that are read at a time. */
const LEAVES_AT_ONCE = 8;

/** The arguments with what the message only refers to; or how the task ends for want of it. */
export type Arguments =
  | { readonly kind: 'args'; readonly args: readonly Json[] }
  | { readonly kind: 'ended'; readonly outcome: Outcome };

/**
 * Reads what a task is given by reference. A body reads all members of its header, strongly consistent, after it has been
 * claimed: one that is not SUCCESS, even if it is running again, is a `ChordError` at once.
 *
 * @throws {Error} the table did not answer; the message comes back
 */
export async function readArguments({ input, args }: Message, ports: Ports): Promise<Arguments> {
  if (!input) return { kind: 'args', args };
  if ('group' in input) return ofGroup(input, args, ports);
  const item = await ports.backend.read(input.result);
  if (item?.state === 'SUCCESS') return { kind: 'args', args: [await storedValue(item, ports), ...args] };
  const error = new BarrierMissingError(`the result of ${input.result} is not stored any more: it is kept for 15 days`);
  return ended({ kind: 'failure', error: withoutStack(error), reason: 'permanent', expected: false });
}

/** The value of a task that has succeeded, wherever it stands. */
export async function storedValue({ value, valueKey }: TaskItem, { payloads }: Ports): Promise<Json> {
  if (valueKey === undefined) return value ?? null;
  const text = await payloads.get(valueKey);
  if (text !== undefined) return JSON.parse(text) as Json;
  throw new BarrierMissingError(`the result under ${valueKey} is not stored any more`);
}

async function ofGroup(input: GroupInput, args: readonly Json[], ports: Ports): Promise<Arguments> {
  const { group, take, onError } = input;
  const gathered = gather(group, await membersOf(input, ports), onError);
  if (gathered.kind === 'list') {
    if (take === 'nothing') return { kind: 'args', args };
    return { kind: 'args', args: [take === 'empty' ? [] : gathered.list, ...args] };
  }
  const { failures, count, cause } = gathered;
  const [first] = failures;
  const named = first ? `: member ${first.index} is ${first.state}, ${first.error}` : '';
  const error = new ChordError(`${count} of ${input.size} members of group ${group} did not succeed${named}`);
  error.failures = failures;
  return ended({ kind: 'failure', error: withoutStack(error), reason: 'chord', expected: true, cause });
}

async function membersOf({ group, size, take }: GroupInput, ports: Ports): Promise<readonly Member[]> {
  const members: Member[] = Array.from({ length: size }, () => ({ item: undefined, value: null }));
  const leaves = Array.from({ length: Math.ceil(size / FANOUT) }, (_, leaf) => leaf);
  const lane = async () => {
    for (let leaf = leaves.shift(); leaf !== undefined; leaf = leaves.shift()) {
      for (const [index, item] of await ports.backend.readMembers(group, leaf)) {
        const wanted = take === 'list' && item.state === 'SUCCESS';
        if (index < size) members[index] = { item, value: wanted ? await storedValue(item, ports) : null };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LEAVES_AT_ONCE, leaves.length) }, lane));
  return members;
}

function ended(outcome: Outcome): Arguments {
  return { kind: 'ended', outcome };
}

function withoutStack(error: Error) {
  const { stack: _ours, ...stored } = storeError(error);
  return stored;
}
