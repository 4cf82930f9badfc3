import { durationMs } from '../base/durations.ts';
import { type Problems, shown } from '../base/problems.ts';
import type { Registry } from '../task/definition.ts';
import type { Failing, Faults, Often, OneOrMore } from './faults.ts';

/** A fault of a call, of an acknowledgement or of a receive, in the words of the world. */
export interface CallRule {
  readonly names: readonly string[];
  readonly fault: string;
  readonly often: Often;
}

/** A fault of a task's body. */
export interface BodyRule {
  readonly task: string;
  /** It begins so much later; or its process dies. */
  readonly what: { readonly kind: 'slow'; readonly byMs: number } | { readonly kind: 'crash' };
  readonly often: Often;
}

/** All faults of a test, checked. */
export interface Rules {
  /** How likely it is that a call overtakes others. */
  readonly overtaking: number;
  readonly calls: readonly CallRule[];
  readonly bodies: readonly BodyRule[];
  readonly fail: ReadonlyMap<string, Failing>;
}

/** Reads the faults of a test; what cannot work is noted. */
export function readFaults(faults: Faults, registry: Registry, problems: Problems): Rules {
  problems.unknownNames(faults, FAULTS, 'fault');
  const rules = { calls: [] as CallRule[], bodies: [] as BodyRule[], fail: new Map<string, Failing>() };
  const reading: Reading = { rules, registry, problems };
  for (const [name, meant] of Object.entries(RECEIVES)) {
    const often = faults[name as keyof typeof RECEIVES];
    if (often !== undefined) addCall(reading, name, ['receive'], meant, often);
  }
  for (const [at, crash] of numbered('crash', faults.crash)) readCrash(reading, at, crash);
  for (const [at, slow] of numbered('slow', faults.slow)) readSlow(reading, at, slow);
  for (const [at, { call, ...often }] of numbered('refuse', faults.refuse)) {
    addCall(reading, at, namesOf(reading, `${at}.call`, call), 'failed-before', often);
  }
  for (const [task, failing] of Object.entries(faults.fail ?? {})) readFailing(reading, task, failing);
  const { reorder } = faults;
  return { ...rules, overtaking: reorder && 'probability' in reorder ? reorder.probability : 0 };
}

const FAULTS: readonly string[] = ['fail', 'crash', 'slow', 'refuse', 'duplicate', 'reorder', 'throttle'];

const RECEIVES = {
  duplicate: 'duplicate-uncounted',
  reorder: 'last-first',
  throttle: 'throttled',
} as const;

const CALLS: Readonly<Record<string, readonly string[]>> = {
  claim: ['write:claim'],
  store: ['write:end', 'write:retry', 'write:move'],
  send: ['send'],
  arrive: ['arrive'],
  acknowledge: ['respond'],
  read: ['read', 'readMany', 'readMembers', 'readNodes', 'readHead', 'readPayload'],
};

interface Reading {
  readonly rules: { readonly calls: CallRule[]; readonly bodies: BodyRule[]; readonly fail: Map<string, Failing> };
  readonly registry: Registry;
  readonly problems: Problems;
}

function readCrash(reading: Reading, at: string, crash: Exclude<Faults['crash'], undefined> & object): void {
  const { before, after, during, ...often } = crash as Readonly<Record<string, unknown>>;
  if (during !== undefined) addBody(reading, at, during, { kind: 'crash' }, often);
  else if (before !== undefined) addCall(reading, at, namesOf(reading, `${at}.before`, before), 'crash-before', often);
  else if (after === 'acknowledge') reading.problems.add(`${at}.after: nothing is left to lose then`);
  else addCall(reading, at, namesOf(reading, `${at}.after`, after), 'crash-after', often);
}

function readSlow(reading: Reading, at: string, slow: Exclude<Faults['slow'], undefined> & object): void {
  const { task, by, call, ...often } = slow as Readonly<Record<string, unknown>>;
  if (task === undefined) {
    addCall(reading, at, namesOf(reading, `${at}.call`, call), 'stalled', often);
    return;
  }
  const byMs = reading.problems.attempt(() => durationMs(by as number, `${at}.by`));
  if (byMs !== undefined) addBody(reading, at, task, { kind: 'slow', byMs }, often);
}

function readFailing({ rules, registry, problems }: Reading, task: string, failing: Failing): void {
  if (!registry.has(task)) problems.add(noTask(`fail`, task, registry));
  if (!(failing.attempts >= 1))
    problems.add(`fail["${task}"].attempts must be 1 or more, got ${shown(failing.attempts)}`);
  rules.fail.set(task, failing);
}

function addBody(
  { rules, registry, problems }: Reading,
  at: string,
  task: unknown,
  what: BodyRule['what'],
  often: object,
): void {
  if (typeof task !== 'string' || !registry.has(task)) problems.add(noTask(at, task, registry));
  rules.bodies.push({ task: String(task), what, often: readOften(problems, at, often) });
}

function addCall(
  { rules, problems }: Reading,
  at: string,
  names: readonly string[],
  fault: string,
  often: object,
): void {
  rules.calls.push({ names, fault, often: readOften(problems, at, often) });
}

function namesOf({ problems }: Reading, at: string, call: unknown): readonly string[] {
  const names = typeof call === 'string' && Object.hasOwn(CALLS, call) ? CALLS[call] : undefined;
  if (!names) problems.add(`${at} must be one of ${Object.keys(CALLS).join(', ')}, got ${shown(call)}`);
  return names ?? [];
}

function readOften(problems: Problems, at: string, often: object): Often {
  const { times, probability, atMost = 20, ...rest } = often as Readonly<Record<string, number>>;
  problems.unknownNames(rest, ['times', 'probability', 'atMost'], `setting of \`${at}\``);
  if (times !== undefined && times >= 1) return { times };
  if (probability !== undefined && probability >= 0 && probability <= 1) return { probability, atMost };
  problems.add(`${at} must say how often: { times: 1 } or { probability: 0.1 }, got ${shown(often)}`);
  return { times: 0 };
}

function noTask(at: string, task: unknown, registry: Registry): string {
  const known = [...registry.keys()].join(', ') || 'none';
  return `${at}: the app has no task ${shown(task)}; it has ${known}. Import the module that defines it first`;
}

function numbered<T>(name: string, given: OneOrMore<T> | undefined): readonly (readonly [at: string, one: T])[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given.map((one: T, index) => [`${name}[${index}]`, one]) : [[name, given as T]];
}
