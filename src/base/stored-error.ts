import * as errors from './errors.ts';
import { type CeleriacError, ChordError, type MemberFailure, RemoteError, ThrownValueError } from './errors.ts';

/** An error as it is stored and sent: plain data. */
export interface TaskError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: TaskError;
  /** Of a `ChordError`. */
  readonly failures?: readonly MemberFailure[];
}

/** Longer messages and stacks are cut, so that an error always fits beside its task in one item and one dead letter. */
export const MAX_ERROR_MESSAGE = 2_000;
export const MAX_ERROR_STACK = 4_000;
const MAX_ERROR_NAME = 200;
const MAX_CAUSES = 5;

/** Turns whatever was thrown into data; a value that is no Error becomes a `ThrownValueError` that describes it. */
export function storeError(thrown: unknown, depth: number = 0): TaskError {
  const error = thrown instanceof Error ? thrown : new ThrownValueError(`a task threw ${describe(thrown)}`);
  const code: unknown = 'code' in error ? error.code : undefined;
  const text = String(error.message);
  return {
    name: cut(String(error.name), MAX_ERROR_NAME),
    message: cut(text, MAX_ERROR_MESSAGE),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: cut(String(code), MAX_ERROR_NAME) } : {}),
    ...(typeof error.stack === 'string' ? { stack: cut(error.stack, MAX_ERROR_STACK) } : {}),
    ...(error instanceof ChordError ? { failures: error.failures } : {}),
    ...(error.cause !== undefined && depth < MAX_CAUSES ? { cause: storeError(error.cause, depth + 1) } : {}),
  };
}

/** The same of an error of ours, whose stack tells nothing of the user's code. */
export function storeWithoutStack(error: Error): TaskError {
  const { stack: _ours, ...stored } = storeError(error);
  return stored;
}

/** Rebuilds an error: our own classes as themselves, so that `instanceof` works, everything else as `RemoteError`. */
export function restoreError(stored: TaskError): CeleriacError {
  const cause = stored.cause ? restoreError(stored.cause) : undefined;
  const Known = OWN_CLASSES.get(stored.name);
  if (Known && Known.code === stored.code) {
    const known = new Known.type(stored.message, cause ? { cause } : undefined);
    if (known instanceof ChordError) known.failures = stored.failures ?? [];
    return Object.assign(known, { remoteStack: stored.stack });
  }
  return new RemoteError({ ...stored, ...(cause ? { cause } : {}) } as ConstructorParameters<typeof RemoteError>[0]);
}

type OwnClass = new (message: string, options?: ErrorOptions) => CeleriacError;
const OWN_CLASSES: ReadonlyMap<string, { type: OwnClass; code: string }> = new Map(
  [
    errors.InvalidArgumentsError,
    errors.TooLargeError,
    errors.TaskRevokedError,
    errors.SoftTimeLimitExceeded,
    errors.TimeLimitExceeded,
    errors.MaxRetriesExceededError,
    errors.WorkerLostError,
    errors.ChordError,
    errors.BarrierMissingError,
    errors.TaskIgnoredError,
    errors.UnknownTaskError,
    errors.NewerVersionError,
    errors.UnreadableMessageError,
    errors.HopLimitError,
    errors.Reject,
    errors.Ignore,
  ].map((type) => [type.name, { type, code: new type('').code }]),
);

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `the text "${cut(value, 200)}"`;
  return `${typeof value === 'object' ? 'an object' : `a ${typeof value}`} that is no Error`;
}
