import type { When } from '../canvas/call-options.ts';
import type { QueueName } from '../canvas/register.ts';
import type { Signature } from '../canvas/signature.ts';
import type { NotJson, Unless } from './not-json.ts';

/** The first parameter of a task with `bind: true`: the attempt that is running. */
export interface TaskContext<Args extends readonly unknown[] = readonly unknown[]> {
  readonly request: TaskRequest;
  /** Aborts at the soft time limit, with `SoftTimeLimitExceeded` as its reason. */
  readonly signal: AbortSignal;
  readonly log: Logger;

  /**
   * Ends this attempt and asks for another: `throw self.retry({ countdown: 60 })`. It throws by itself, and counts even if the
   * body catches what it throws.
   *
   * Once `maxRetries` is used up the task fails: with `error` if that is given, else with `MaxRetriesExceededError`. Where the
   * task was called directly nothing is retried: `error` is thrown, or a `Retry`.
   */
  retry(options?: RetryOptions<Args>): never;

  /**
   * Ends this task and goes on with `signature` in its place: `return self.replace(other.s(1))`.
   *
   * The signature, a task or any canvas, runs under this task's id: its result is this task's, and links, errbacks, the rest of
   * the chain and the place in a group are kept. Nothing behind it runs: the promise never resolves, and its type joins the
   * task's result.
   *
   * @throws {InvalidOptionError} it is no signature, or this is one item of a map
   */
  replace<R>(signature: Signature<[], R>): Promise<R>;

  /**
   * Stores a state of the task's own, which its handle reads; the next one replaces it, and so does the task's end.
   *
   * @param meta  strict JSON, `undefined` for none
   * @throws {InvalidOptionError} the state is one of ours, such as SUCCESS
   * @throws {NotJsonError} `meta` is not JSON
   */
  updateState<M>(state: string, meta?: M & Unless<NotJson<M, 'meta'>>): Promise<void>;
}

/** What is known of the attempt and its message. */
export interface TaskRequest {
  /** Null where the task was called directly. */
  readonly id: string | null;
  readonly task: string;
  /** As they came, before a schema has transformed them. */
  readonly args: readonly unknown[];
  /** Retries that lie behind this attempt; 0 in the first. */
  readonly retries: number;
  /** The task that began the workflow. */
  readonly root: string | null;
  /** The task that sent this one. */
  readonly parent: string | null;
  /** The group it is a member of, and its place there; null for a task of its own. */
  readonly group: string | null;
  readonly index: number | null;
  readonly queue: string | null;
  /** Deliveries so far, as SQS counts them; only nearly right. */
  readonly receiveCount: number;
  readonly eta: Date | null;
  readonly expires: Date | null;
  /** When this attempt has to be over: the time limit, or the end of the function. */
  readonly deadline: Date | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly calledDirectly: boolean;
}

/** What the next attempt is to have. */
export type RetryOptions<Args extends readonly unknown[] = readonly unknown[]> = {
  /** Why; thrown once the retries are used up. */
  readonly error?: unknown;
  /** Instead of the task's own, for this decision only; null: no limit. */
  readonly maxRetries?: number | null;
  /** Instead of this attempt's arguments, all of them. */
  readonly args?: Args;
  readonly queue?: QueueName;
} & When;

/** The task's log; every line carries the task and its id. */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}
