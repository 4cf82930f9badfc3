import type { LocalLog, LocalTaskEvent, PlatformEvent } from './local-events.ts';
import type { Guard } from './servers.ts';

/** A Lambda function as it is deployed here. */
export interface FunctionSpec {
  readonly name: string;
  /** The export of the bundle that is called. */
  readonly handler: string;
  /** An invocation that takes longer is killed, busy loop or not. */
  readonly timeoutMs: number;
  /** All variables of its processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops the process between invocations, as Lambda does: work that nobody awaited goes on with the next one, if ever. */
  readonly freeze: boolean;
  readonly guard: Guard;
  readonly report: Reporter;
}

/** Takes what functions say and what happens to them. */
export interface Reporter {
  event(event: LocalTaskEvent): void;
  log(line: LocalLog): void;
  platform(event: PlatformEvent): void;
}

/** What an invocation gave; a function error is all that Lambda calls one. */
export type InvocationResult =
  | { readonly kind: 'response'; readonly response: unknown }
  | { readonly kind: 'function-error'; readonly error: string };
