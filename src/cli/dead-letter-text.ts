import { isPlainObject } from '../base/json.ts';
import { titleOf } from '../canvas/describe.ts';
import { decode } from '../message/codec.ts';
import type { Frame, Next } from '../message/next.ts';
import type { DeadLetter } from '../operations/dead-letters.ts';
import { columns } from './style.ts';

/**
 * One dead letter for people: where and why, what waits for it, and its message with the arguments.
 *
 * What follows it in its workflow stands there in a few words; the message itself has it in full, and keeps it.
 */
export function deadLetterText({ queue, sentAtMs, attributes, messageId, body }: DeadLetter): string {
  const facts = [['queue', queue], ['sent', new Date(sentAtMs).toISOString()], ...Object.entries(attributes)];
  return `${columns([...facts, ...waiting(body, messageId)])}\n\n${messageText(body)}`;
}

/** What in its workflow waits for it; nothing of a task of its own, nor of what cannot be read. */
function waiting(body: string, messageId: string): readonly (readonly string[])[] {
  const { slot, frames = [], link = [], errbacks = [] } = nextOf(body, messageId);
  const of = slot?.size === undefined ? '' : ` of ${slot.size}`;
  const facts = [
    ['then', frames.map(stepsText).join(', then ')],
    ['member', slot ? `${slot.index}${of} in ${slot.group}` : ''],
    ['link', link.map(titleOf).join(', ')],
    ['on error', errbacks.map(titleOf).join(', ')],
  ];
  return facts.filter(([, text]) => text !== '');
}

function nextOf(body: string, messageId: string): Next {
  try {
    return decode(body, messageId).next ?? {};
  } catch {
    return {};
  }
}

/** Steps that are stored elsewhere are only counted. */
function stepsText({ steps, at, length }: Frame): string {
  const left = length - at;
  return steps ? steps.map(titleOf).join(', then ') : `${left} more step${left === 1 ? '' : 's'}`;
}

function messageText(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    return JSON.stringify(isPlainObject(json) ? { ...json, next: undefined } : json, undefined, 2);
  } catch {
    return body;
  }
}
