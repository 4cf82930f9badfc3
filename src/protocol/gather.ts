import type { MemberFailure } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { memberId } from '../base/path-ids.ts';
import { isEnd } from '../base/states.ts';
import type { TaskError } from '../base/stored-error.ts';
import type { ChordPolicyJson } from '../canvas/canvas-json.ts';
import type { TaskItem } from './item.ts';

/** What a body gets of its header: the list, or the failures that keep it from running. */
export type Gathered =
  | { readonly kind: 'list'; readonly list: readonly Json[] }
  | {
      readonly kind: 'failed';
      readonly cause: string;
      readonly failures: readonly MemberFailure[];
      readonly count: number;
    };

/** A member as it was read: its item, if there is one, and its value, wherever that stood. */
export interface Member {
  readonly item: Pick<TaskItem, 'state' | 'forgotten' | 'error' | 'cause'> | undefined;
  readonly value: Json;
}

/** Members that a `ChordError` names. */
export const MAX_NAMED_FAILURES = 100;
const MAX_ERROR_TEXT = 300;

/**
 * Puts together what a group's members came to, in their order.
 *
 * A member that is not SUCCESS, even one that is running again, counts as failed. The policy says how many are borne; with one
 * the list holds a `Settled` for each member.
 */
export function gather(group: string, members: readonly Member[], onError: ChordPolicyJson | undefined): Gathered {
  const failed = members.flatMap(({ item }, index) => (succeeded(item) ? [] : [{ item, index }]));
  if (!bears(onError, failed.length, members.length)) return refused(group, failed);
  const list = members.map((member) => (onError === undefined ? member.value : settled(member)));
  return { kind: 'list', list };
}

function bears(onError: ChordPolicyJson | undefined, failed: number, all: number): boolean {
  if (onError === undefined) return failed === 0;
  if (onError === 'settle') return true;
  return 'atLeast' in onError ? all - failed >= onError.atLeast : failed <= onError.maxFailures;
}

function refused(group: string, failed: readonly { item: Member['item']; index: number }[]): Gathered {
  const failures = failed.slice(0, MAX_NAMED_FAILURES).map(({ item, index }) => ({
    index,
    id: memberId(group, index),
    state: item?.state ?? 'PENDING',
    error: textOf(errorOf(item)),
  }));
  const [first] = failed;
  const cause = first ? (first.item?.cause ?? memberId(group, first.index)) : group;
  return { kind: 'failed', cause, failures, count: failed.length };
}

function settled({ item, value }: Member): Json {
  if (succeeded(item)) return { status: 'SUCCESS', value };
  const { name, message, code, cause } = errorOf(item);
  const error = {
    name,
    message,
    ...(code !== undefined ? { code } : {}),
    ...(cause ? { cause: cause as unknown as Json } : {}),
  };
  return { status: item && isEnd(item.state) ? item.state : 'FAILURE', error };
}

function succeeded(item: Member['item']): boolean {
  return item?.state === 'SUCCESS' && !item.forgotten;
}

/** Why a member has no result. */
function errorOf(item: Member['item']): TaskError {
  if (item?.error && isEnd(item.state)) return item.error;
  switch (item?.state) {
    case undefined:
      return { name: 'BarrierMissingError', message: 'the member is not stored any more' };
    case 'IGNORED':
      return { name: 'TaskIgnoredError', message: 'the member ended by Ignore, without a result' };
    case 'SUCCESS':
      return { name: 'BarrierMissingError', message: 'the result of the member was forgotten' };
    default:
      return { name: 'Error', message: `the member is ${item?.state}: it runs again` };
  }
}

function textOf({ name, message }: TaskError): string {
  return `${name}: ${message}`.slice(0, MAX_ERROR_TEXT);
}
