import type { TaskPolicy } from './policy.ts';

/** What a task has that sets no option. */
export const DEFAULT_POLICY: TaskPolicy = Object.freeze({
  autoretryFor: [],
  dontAutoretryFor: [],
  maxRetries: 3,
  defaultRetryDelaySeconds: 180,
  acksLate: true,
  trackStarted: false,
  ignoreResult: false,
  storeErrorsEvenIfIgnored: false,
  throws: [],
  resultExpiresMs: 86_400_000,
});
