import { isDeepStrictEqual } from 'node:util';
import { shown } from '../base/problems.ts';
import type { Sent } from './messages.ts';
import { TestError } from './test-error.ts';

/** Sends listed in an error at most. */
const LISTED = 10;

/**
 * The sends of a task, with these arguments if any are given.
 *
 * @throws {TestError} there is none; lists what was sent instead
 */
export function expectSent(
  sends: readonly Sent[],
  task: string,
  args: readonly unknown[] | undefined,
  report: string,
): readonly Sent[] {
  const found = sends.filter((sent) => sent.task === task && fits(args, sent.args));
  if (found.length > 0) return found;
  const others = sends.filter((sent) => sent.task === task);
  const listed = others.length > 0 ? others : sends;
  const instead = listed.length === 0 ? 'nothing was sent at all' : `sent were:\n${listOf(listed)}`;
  throw new TestError(`${called(task, args)} was not sent; ${instead}\n${report}`);
}

/** @throws {TestError} it was sent */
export function expectNotSent(
  sends: readonly Sent[],
  task: string,
  args: readonly unknown[] | undefined,
  report: string,
): void {
  const found = sends.filter((sent) => sent.task === task && fits(args, sent.args));
  if (found.length === 0) return;
  throw new TestError(`${called(task, args)} was sent after all:\n${listOf(found)}\n${report}`);
}

function called(task: string, args: readonly unknown[] | undefined): string {
  return args ? `${task}(${args.map(shown).join(', ')})` : task;
}

function listOf(sends: readonly Sent[]): string {
  const lines = sends
    .slice(0, LISTED)
    .map(({ task, args, queue, id }) => `  ${called(task, args)}  to ${queue}  ${id}`);
  return [...lines, ...(sends.length > LISTED ? [`  and ${sends.length - LISTED} more`] : [])].join('\n');
}

function fits(expected: readonly unknown[] | undefined, args: readonly unknown[]): boolean {
  return expected === undefined || matches(expected, args);
}

/** Equal, where the expected side may hold matchers as `expect.anything()` makes them. */
function matches(expected: unknown, actual: unknown): boolean {
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual);
  if ('asymmetricMatch' in expected && typeof expected.asymmetricMatch === 'function') {
    return expected.asymmetricMatch(actual) === true;
  }
  if (typeof actual !== 'object' || actual === null || Array.isArray(expected) !== Array.isArray(actual)) return false;
  const names = Object.keys(expected);
  return (
    isDeepStrictEqual(names.sort(), Object.keys(actual).sort()) &&
    names.every((name) => matches(expected[name as never], actual[name as never]))
  );
}
