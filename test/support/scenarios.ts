import type { SimOptions, SimTask } from './sim-tasks.ts';

/** A small situation that is explored exhaustively: one or two tasks, and what happens around them. */
export type Scenario = SimOptions & { readonly tasks: readonly SimTask[] };

/** One task, and what it does by itself. */
export const ONE_TASK: Readonly<Record<string, Scenario>> = {
  'a plain task succeeds': { tasks: [{ policy: 'plain', plan: { steps: ['succeed'] } }] },
  'a task without result succeeds': { tasks: [{ policy: 'ignoring', plan: { steps: ['succeed'] } }] },
  'a tracked task succeeds': { tasks: [{ policy: 'tracked', plan: { steps: ['succeed'] } }] },
  'an at-most-once task succeeds': { tasks: [{ policy: 'atMostOnce', plan: { steps: ['succeed'] } }] },
  'a task fails once and is retried': { tasks: [{ policy: 'plain', plan: { steps: ['fail', 'succeed'] } }] },
  'a tracked task fails once and is retried': { tasks: [{ policy: 'tracked', plan: { steps: ['fail', 'succeed'] } }] },
  'an at-most-once task fails once and is retried': {
    tasks: [{ policy: 'atMostOnce', plan: { steps: ['fail', 'succeed'] } }],
  },
  'a task fails for good': { tasks: [{ policy: 'plain', plan: { steps: ['fail-permanently'] } }] },
  'a task is rejected': { tasks: [{ policy: 'plain', plan: { steps: ['reject'] } }] },
  'a task is ignored': { tasks: [{ policy: 'plain', plan: { steps: ['ignore'] } }] },
  'a task is retried with other arguments': { tasks: [{ policy: 'plain', plan: { steps: ['retry-with-args'] } }] },
  'a task is retried on another queue': {
    tasks: [{ policy: 'plain', plan: { steps: ['retry-on-queue', 'succeed'] } }],
  },
  'a task kills its process': { tasks: [{ policy: 'plain', plan: { steps: ['die'] } }] },
  'a task kills its process once': { tasks: [{ policy: 'tracked', plan: { steps: ['die-once'] } }] },
  'a task hangs at its time limit': { tasks: [{ policy: 'plain', plan: { steps: ['hang'] } }] },
  'a task expires': { tasks: [{ policy: 'plain', plan: { steps: ['succeed'] }, delaySeconds: 5, expiresSeconds: 2 }] },
  'a task is revoked before it is due': {
    tasks: [{ policy: 'plain', plan: { steps: ['succeed'] }, delaySeconds: 30, revokeAfterSeconds: 2 }],
  },
  'a task is due in two hops': { tasks: [{ policy: 'plain', plan: { steps: ['succeed'] }, delaySeconds: 1_000 }] },
  'a task reports progress': { tasks: [{ policy: 'plain', plan: { steps: ['progress'] } }] },
  'a task is sent twice under one id': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail', 'succeed'] }, againAfterSeconds: 0 }],
  },
  'a task is retried while its duplicate is slow': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail', 'succeed'], seconds: { claimed: 4 } } }],
  },
  'a task fails the first time it runs and succeeds when it is run again': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail-first-run'] } }],
  },
  'a task waits longer than a quarter of an hour for its retry': {
    tasks: [{ policy: 'patient', plan: { steps: ['fail', 'succeed'] } }],
  },
  'a failing task is revoked while it runs': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail-permanently'] }, revokeAfterSeconds: 0.1 }],
  },
  'a task expires between its attempts': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail', 'fail', 'succeed'] }, expiresSeconds: 2 }],
  },
  'a first delivery is slow and fails when its duplicate is done': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail', 'succeed'], seconds: { unclaimed: 4 } } }],
  },
  'a task is retried on another queue and fails there': {
    tasks: [{ policy: 'plain', plan: { steps: ['retry-on-queue', 'fail-permanently'] } }],
  },
  'a task sends a child and does not await it': { tasks: [{ policy: 'plain', plan: { steps: ['send-child'] } }] },
  'a task is retried soon, then late': {
    tasks: [{ policy: 'patient', plan: { steps: ['retry', 'fail', 'succeed'] } }],
  },
  'a task sends a child, does not await it and fails': {
    tasks: [{ policy: 'plain', plan: { steps: ['send-child-and-fail', 'succeed'] } }],
  },
};

/** Neighbours, repairs, revocations and broken deployments. */
export const HARD_TIMES: Readonly<Record<string, Scenario>> = {
  'a task fails for good, is repaired and redriven': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail-permanently'], healed: 'succeed' } }],
    heal: true,
  },
  'a retried task beside one that succeeds': {
    tasks: [
      { policy: 'plain', plan: { steps: ['retry', 'succeed'] } },
      { policy: 'tracked', plan: { steps: ['succeed'] } },
    ],
  },
  'a bundle does not load for a while': {
    tasks: [{ policy: 'plain', plan: { steps: ['succeed'] } }],
    brokenSeconds: 1_950,
  },
  'a failed task is redriven while its old messages are about': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail', 'fail-permanently'], healed: 'succeed' } }],
    heal: true,
    healAfterSeconds: 2,
  },
  'a poison task beside an innocent one': {
    tasks: [
      { policy: 'plain', plan: { steps: ['die'] } },
      { policy: 'plain', plan: { steps: ['succeed'] } },
    ],
  },
  'a task that fails for good would expire, and is repaired and redriven': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail', 'fail-permanently'], healed: 'succeed' }, expiresSeconds: 60 }],
    heal: true,
  },
  'a task is sent again under its id and expires while it runs': {
    tasks: [
      {
        policy: 'plain',
        plan: { steps: ['succeed'], seconds: { claimed: 4 } },
        expiresSeconds: 2,
        againAfterSeconds: 3,
      },
    ],
  },
  'a slow task is not begun where there is no time for it': {
    tasks: [
      { policy: 'long', plan: { steps: ['succeed'], seconds: { claimed: 16, unclaimed: 16 } }, queue: 'other' },
      { policy: 'long', plan: { steps: ['succeed'], seconds: { claimed: 16, unclaimed: 16 } }, queue: 'other' },
    ],
  },
  'a failing task is revoked while it runs, repaired and redriven': {
    tasks: [{ policy: 'plain', plan: { steps: ['fail-permanently'], healed: 'succeed' }, revokeAfterSeconds: 0.1 }],
    heal: true,
  },
  'a task is revoked while its worker is at work': {
    tasks: [
      { policy: 'plain', plan: { steps: ['succeed'] }, delaySeconds: 30, revokeAfterSeconds: 2 },
      { policy: 'plain', plan: { steps: ['succeed'] }, delaySeconds: 4 },
    ],
  },
  'a task that leaves no trace beside one that hangs': {
    tasks: [
      { policy: 'ignoring', plan: { steps: ['succeed'] } },
      { policy: 'plain', plan: { steps: ['hang'] } },
    ],
  },
  'a task that leaves no trace beside a poison one': {
    tasks: [
      { policy: 'tracked', plan: { steps: ['die'] } },
      { policy: 'ignoring', plan: { steps: ['succeed'] }, delaySeconds: 190 },
    ],
  },
};
