import type { Fact } from './facts.ts';

/** What a check has found. */
export interface Finding {
  /** `unseen`: it could not be looked at. */
  readonly level: 'right' | 'warning' | 'wrong' | 'unseen';
  /** What is, and what is expected where it is something else. */
  readonly text: string;
  /** Only of what is not right. */
  readonly todo?: string;
}

export const right = (text: string): Finding => ({ level: 'right', text });
export const warning = (text: string, todo: string): Finding => ({ level: 'warning', text, todo });
export const wrong = (text: string, todo: string): Finding => ({ level: 'wrong', text, todo });
export const unseen = (what: string, why: string): Finding => ({
  level: 'unseen',
  text: `${what} not looked at: ${why}`,
});

/** What most of what is wrong asks for. */
export const DEPLOY =
  'deploy the stack again; what was changed by hand is undone by hand: CloudFormation does not see it';

/** Checks what was seen, or tells that it was not. */
export function ifSeen<T>(what: string, one: Fact<T>, check: (seen: T) => readonly Finding[]): readonly Finding[] {
  return 'seen' in one ? check(one.seen) : [unseen(what, one.unseen)];
}
