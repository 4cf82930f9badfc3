import { BarrierMissingError, ChordError, TooLargeError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { MAX_LIST_BYTES } from '../base/limits.ts';
import { storeWithoutStack } from '../base/stored-error.ts';
import type { Message } from '../message/message.ts';
import type { GroupInput, ResultInput } from '../message/next.ts';
import { gather, type Member } from '../protocol/gather.ts';
import type { TaskItem } from '../protocol/item.ts';
import { FANOUT } from '../protocol/tree.ts';
import { insist } from './insist.ts';
import type { Invocation } from './invocation.ts';
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
 * Each read is repeated by itself until the deadline is near: a throttled table must not use up a start.
 *
 * @throws {Error} the table did not answer; the message comes back
 */
export async function readArguments({ input, args }: Message, invocation: Invocation): Promise<Arguments> {
  if (!input) return { kind: 'args', args };
  try {
    return 'group' in input ? await ofGroup(input, args, invocation) : await ofResult(input, args, invocation);
  } catch (error) {
    if (!(error instanceof BarrierMissingError || error instanceof TooLargeError)) throw error;
    return ended({ kind: 'failure', error: storeWithoutStack(error), reason: 'permanent', expected: false });
  }
}

async function ofResult({ result }: ResultInput, args: readonly Json[], invocation: Invocation): Promise<Arguments> {
  const { backend } = invocation.worker.ports;
  const item = await insist(() => backend.read(result), invocation);
  if (item?.state === 'SUCCESS') return { kind: 'args', args: [await storedValue(item, invocation), ...args] };
  throw new BarrierMissingError(`the result of ${result} is not stored any more: a workflow is kept for a month`);
}

/** The value of a task that has succeeded, wherever it stands. */
async function storedValue({ value, valueKey }: TaskItem, invocation: Invocation): Promise<Json> {
  if (valueKey === undefined) return value ?? null;
  const text = await insist(() => invocation.worker.ports.payloads.get(valueKey), invocation);
  if (text !== undefined) return JSON.parse(text) as Json;
  throw new BarrierMissingError(`the result under ${valueKey} is not stored any more`);
}

async function ofGroup(input: GroupInput, args: readonly Json[], invocation: Invocation): Promise<Arguments> {
  const { group, take, onError } = input;
  await checkSize(input, invocation);
  const gathered = gather(group, await membersOf(input, invocation), onError);
  if (gathered.kind === 'list') {
    if (take === 'nothing') return { kind: 'args', args };
    return { kind: 'args', args: [take === 'empty' ? [] : gathered.list, ...args] };
  }
  const { failures, count, cause } = gathered;
  const [first] = failures;
  const named = first ? `: member ${first.index} is ${first.state}, ${first.error}` : '';
  const error = new ChordError(
    `${count} of ${input.size} members did not succeed${borne(onError)}${named} (group ${group})`,
  );
  error.failures = failures;
  return ended({ kind: 'failure', error: storeWithoutStack(error), reason: 'chord', expected: true, cause });
}

/** What a chord bears that has not borne this. */
function borne(onError: GroupInput['onError']): string {
  if (typeof onError !== 'object') return '';
  return 'atLeast' in onError ? `, at least ${onError.atLeast} have to` : `, at most ${onError.maxFailures} may fail`;
}

/** Nobody outside may make a worker read, or make room for, members that there are not. */
async function checkSize({ group, size }: GroupInput, invocation: Invocation): Promise<void> {
  const head = await insist(() => invocation.worker.ports.barrier.readHead(group), invocation);
  if (head?.size === size) return;
  throw new BarrierMissingError(
    head
      ? `group ${group} has ${head.size} members, the message says ${size}`
      : `group ${group} is not stored any more`,
  );
}

async function membersOf({ group, size, take }: GroupInput, invocation: Invocation): Promise<readonly Member[]> {
  const { backend } = invocation.worker.ports;
  const members: Member[] = Array.from({ length: size }, () => ABSENT);
  let [next, length] = [0, 0];
  const lane = async () => {
    for (let leaf = next++; leaf * FANOUT < size; leaf = next++) {
      const stored = await insist(() => backend.readMembers(group, leaf), invocation);
      for (const [index, item] of [...stored].filter(([place]) => place < size)) {
        const member = await memberOf(item, take, invocation);
        members[index] = member;
        length += lengthOf(member.value);
        if (length > MAX_LIST_BYTES) throw tooLarge(group);
      }
    }
  };
  await Promise.all(Array.from({ length: LEAVES_AT_ONCE }, lane));
  return members;
}

async function memberOf(item: TaskItem, take: GroupInput['take'], invocation: Invocation): Promise<Member> {
  const { state, forgotten, error, cause } = item;
  if (state !== 'SUCCESS' || forgotten) {
    const end = { state, ...(forgotten ? { forgotten } : {}), ...(error ? { error } : {}) };
    return { item: { ...end, ...(cause !== undefined ? { cause } : {}) }, value: null };
  }
  return take === 'list' ? { item: SUCCEEDED, value: await storedValue(item, invocation) } : DONE;
}

/** Of a hundred thousand members that succeeded, only the values are kept. */
const SUCCEEDED: Member['item'] = { state: 'SUCCESS' };
const DONE: Member = { item: SUCCEEDED, value: null };

/** Of a value as JSON, nearly. */
function lengthOf(value: Json): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? JSON.stringify(value).length : 8;
}

function tooLarge(group: string): TooLargeError {
  const mb = MAX_LIST_BYTES / 1_048_576;
  return new TooLargeError(
    `the results of group ${group} have more than ${mb} MB together; let its members store them elsewhere and return the keys, or put them together in smaller groups first`,
  );
}

const ABSENT: Member = { item: undefined, value: null };

function ended(outcome: Outcome): Arguments {
  return { kind: 'ended', outcome };
}
