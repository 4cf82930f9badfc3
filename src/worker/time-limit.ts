import type { Clock } from '../base/clock.ts';
import { SoftTimeLimitExceeded, TimeLimitExceeded } from '../base/errors.ts';

/** The limits of one attempt. */
export interface Limits {
  readonly softMs: number | undefined;
  readonly hardMs: number | undefined;
}

/** What came of a run under limits. */
export type Limited<T> =
  | { readonly kind: 'returned'; readonly value: T }
  | { readonly kind: 'threw'; readonly thrown: unknown }
  /** It goes on, since a promise cannot be stopped: the process has to end. */
  | { readonly kind: 'hung'; readonly error: TimeLimitExceeded };

/**
 * Runs `body` under its limits: at the soft one the signal aborts with `SoftTimeLimitExceeded`, at the hard one the run is
 * given up.
 */
export async function underLimits<T>(
  limits: Limits,
  clock: Clock,
  body: (signal: () => AbortSignal) => Promise<T>,
): Promise<Limited<T>> {
  const abort = lazyAbort();
  if (limits.softMs === undefined && limits.hardMs === undefined) return ended(body, abort.signal);
  const cancels: (() => void)[] = [];
  if (limits.softMs !== undefined) {
    const reason = new SoftTimeLimitExceeded(`the soft time limit of ${limits.softMs / 1_000} s has passed`);
    cancels.push(clock.after(limits.softMs, () => abort.because(reason)));
  }
  const runs: Promise<Limited<T>>[] = [ended(body, abort.signal)];
  if (limits.hardMs !== undefined) {
    const { hardMs } = limits;
    runs.push(
      new Promise((resolve) => {
        cancels.push(
          clock.after(hardMs, () => {
            const error = new TimeLimitExceeded(`still going at the time limit of ${hardMs / 1_000} s`);
            abort.because(error);
            resolve({ kind: 'hung', error });
          }),
        );
      }),
    );
  }
  const result = await Promise.race(runs);
  for (const cancel of cancels) cancel();
  return result;
}

/** Makes its controller when somebody asks for the signal: most tasks never do, and it costs more than the rest of a run. */
function lazyAbort() {
  let controller: AbortController | undefined;
  let reason: Error | undefined;
  return {
    signal: (): AbortSignal => {
      controller ??= new AbortController();
      if (reason) controller.abort(reason);
      return controller.signal;
    },
    because: (why: Error): void => {
      reason ??= why;
      controller?.abort(reason);
    },
  };
}

async function ended<T>(
  body: (signal: () => AbortSignal) => Promise<T>,
  signal: () => AbortSignal,
): Promise<Limited<T>> {
  try {
    return { kind: 'returned', value: await body(signal) };
  } catch (thrown) {
    return { kind: 'threw', thrown };
  }
}
