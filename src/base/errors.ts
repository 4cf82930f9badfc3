/**
 * Every error that this package throws or stores, each with a stable `code`; `docs/errors.md` lists the same codes.
 *
 * @see docs/errors.md
 */
export abstract class CeleriacError extends Error {
  /** Stable across versions: match on this, not on the text. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

// ── mistakes of the program: thrown at once, where they are made

/** An app, a queue or a task is declared in a way that cannot work; lists every problem found. */
export class ConfigurationError extends CeleriacError {
  readonly code = 'CONFIGURATION';
}

/** Two tasks have the same name; the name is the wire contract. */
export class DuplicateTaskError extends CeleriacError {
  readonly code = 'DUPLICATE_TASK';
  constructor(name: string) {
    super(`task "${name}" is defined twice; a name is the wire contract, so give one of the two another`);
  }
}

/** An option has a value that is not allowed, or a name that does not exist. */
export class InvalidOptionError extends CeleriacError {
  readonly code = 'INVALID_OPTION';
}

/** An option has a place in the API but no effect yet; it is refused rather than silently ignored. */
export class NotBuiltError extends CeleriacError {
  readonly code = 'NOT_BUILT';
  constructor(what: string, instead: string) {
    super(`${what} is not built yet; ${instead}`);
  }
}

/** A queue was named that the app does not declare. */
export class UnknownQueueError extends CeleriacError {
  readonly code = 'UNKNOWN_QUEUE';
  constructor(queue: string, known: readonly string[]) {
    super(
      `queue "${queue}" is not declared; declared are ${known.map((q) => `"${q}"`).join(', ')}: add it to \`queues\``,
    );
  }
}

/** A shared task was sent before an app had included it, or a signature that no app has bound. */
export class UnboundTaskError extends CeleriacError {
  readonly code = 'UNBOUND_TASK';
  constructor(name: string, remedy: string = 'call app.include(...) with the module that defines it first') {
    super(`task "${name}" belongs to no app yet; ${remedy}`);
  }
}

/** A value is not strict JSON. */
export class NotJsonError extends CeleriacError {
  readonly code = 'NOT_JSON';
  /** Where it stands, e.g. `args[0].createdAt`. */
  readonly path: string;
  constructor(path: string, got: string, remedy: string) {
    super(`${path} is ${got}, which is not JSON: ${remedy}`);
    this.path = path;
  }
}

/** Arguments do not fit the task's schema. */
export class InvalidArgumentsError extends CeleriacError {
  readonly code = 'INVALID_ARGUMENTS';
}

/** A message or a result is larger than the service that has to hold it allows. */
export class TooLargeError extends CeleriacError {
  readonly code = 'TOO_LARGE';
}

/** A result was waited for inside a task: that blocks a worker on another, and deadlocks when all wait. */
export class GetInsideTaskError extends CeleriacError {
  readonly code = 'GET_INSIDE_TASK';
  constructor() {
    super('`get()` inside a task would block this worker until another is free; chain the tasks instead');
  }
}

/** A group was made from a stream that has been read already, or that can only be read while it is sent. */
export class StreamUsedError extends CeleriacError {
  readonly code = 'STREAM_USED';
}

// ── what happens while sending and waiting

/** A message could not be handed to its queue, also after retries; it was not sent. */
export class SendError extends CeleriacError {
  readonly code = 'SEND_FAILED';
  /** Trying again cannot help: there is no such queue, or it refuses this very message. */
  final = false;
}

/** The table or a queue did not carry out a call, also after retries. */
export class ServiceError extends CeleriacError {
  readonly code = 'SERVICE_FAILED';
}

/** A task's code went on after its attempt was over, and wanted to send or to report: a promise that nobody awaited, or a time limit. */
export class TaskEndedError extends CeleriacError {
  readonly code = 'TASK_ENDED';
  constructor(what: string) {
    super(`this task's attempt is over, so it cannot ${what} any more; await everything that the body begins`);
  }
}

/** The result did not come within `timeout`; the task itself is not affected. */
export class TimeoutError extends CeleriacError {
  readonly code = 'TIMEOUT';
}

/** The handle's task has not ended yet, so there is nothing to forget. */
export class NotReadyError extends CeleriacError {
  readonly code = 'NOT_READY';
}

/** What a group promised is not stored any more, or was never: its head has gone, or a part of its canvas. */
export class BarrierMissingError extends CeleriacError {
  readonly code = 'BARRIER_MISSING';
}

/** An event source mapping does not report partial batch failures: what has to come back would be deleted, so its whole batch fails. */
export class WholeBatchError extends CeleriacError {
  readonly code = 'WHOLE_BATCH';
}

/** An embedded or local command met an environment that points at a real AWS endpoint. */
export class RealAwsError extends CeleriacError {
  readonly code = 'REAL_AWS';
}

// ── how a task may end

/** The task was revoked, or its `expires` had passed before it ran. */
export class TaskRevokedError extends CeleriacError {
  readonly code = 'TASK_REVOKED';
}

/** The task ended by `throw new Ignore()`: it has no result. */
export class TaskIgnoredError extends CeleriacError {
  readonly code = 'TASK_IGNORED';
}

/** Reason of `self.signal` at the soft time limit; a task that throws it fails with it. */
export class SoftTimeLimitExceeded extends CeleriacError {
  readonly code = 'SOFT_TIME_LIMIT_EXCEEDED';
}

/** The attempt was still going at the hard time limit; it is never retried. */
export class TimeLimitExceeded extends CeleriacError {
  readonly code = 'TIME_LIMIT_EXCEEDED';
}

/** `self.retry()` without an error of its own was called once more than `maxRetries` allows. */
export class MaxRetriesExceededError extends CeleriacError {
  readonly code = 'MAX_RETRIES_EXCEEDED';
}

/** Members of a group failed, so what was to follow with their results did not run. */
export class ChordError extends CeleriacError {
  readonly code = 'CHORD';
  /** The first hundred members that failed; `members()` of the group names all. */
  failures: readonly MemberFailure[] = [];
}

/** One failed member of a group, as a `ChordError` names it. */
export interface MemberFailure {
  readonly index: number;
  readonly id: string;
  readonly state: 'FAILURE' | 'REVOKED' | 'IGNORED' | (string & {});
  /** Name and text of its error. */
  readonly error: string;
}

/** The task was begun and never ended: its process died, three times, or once for an at-most-once task. */
export class WorkerLostError extends CeleriacError {
  readonly code = 'WORKER_LOST';
}

/** The worker's code has no task of that name, also after the grace period of a rolling deployment. */
export class UnknownTaskError extends CeleriacError {
  readonly code = 'UNKNOWN_TASK';
}

/** The message is written in a newer version of the envelope than this worker reads. */
export class NewerVersionError extends CeleriacError {
  readonly code = 'NEWER_VERSION';
}

/** The body of a message cannot be read as a task. */
export class UnreadableMessageError extends CeleriacError {
  readonly code = 'UNREADABLE_MESSAGE';
}

/** Tasks sent tasks that sent tasks, more than `MAX_HOPS` deep. */
export class HopLimitError extends CeleriacError {
  readonly code = 'HOP_LIMIT';
}

/** A task threw something that is not an Error. */
export class ThrownValueError extends CeleriacError {
  readonly code = 'THROWN_VALUE';
}

/** An error that a task threw elsewhere, as its handle gives it back: name, message, code, cause and stack are the task's. */
export class RemoteError extends CeleriacError {
  readonly code: string;
  /** The stack of the worker that threw it. */
  readonly remoteStack: string | undefined;
  constructor(remote: { name: string; message: string; code?: string; stack?: string; cause?: Error }) {
    super(remote.message, remote.cause ? { cause: remote.cause } : undefined);
    this.name = remote.name;
    this.code = remote.code ?? 'REMOTE_ERROR';
    this.remoteStack = remote.stack;
  }
}

// ── orders to the worker: thrown by a task, they are no failures of the program

/** `throw new Reject(reason)`: the task ends as FAILURE and goes to the dead-letter queue at once, never retried. */
export class Reject extends CeleriacError {
  readonly code = 'REJECTED';
  constructor(reason: string = 'rejected by the task', options?: ErrorOptions) {
    super(reason, options);
  }
}

/** `throw new Ignore()`: the task ends as IGNORED, without a result. */
export class Ignore extends CeleriacError {
  readonly code = 'IGNORED';
  constructor(reason: string = 'ignored by the task') {
    super(reason);
  }
}

/** Asks for another attempt; made by `self.retry()`, or thrown as `new Retry({ countdown: 60 })`. */
export class Retry extends CeleriacError {
  readonly code = 'RETRY';
  /** As given; read by the worker. */
  readonly options: object;
  constructor(options: object = {}) {
    super('the task asks for another attempt', errorOption(options));
    this.options = options;
  }
}

function errorOption(options: object): ErrorOptions | undefined {
  return 'error' in options ? { cause: options.error } : undefined;
}
