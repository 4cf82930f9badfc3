import type { Plan, SimOptions, SimTask, Step } from './sim-tasks.ts';

const STEPS: readonly Step[] = [
  'succeed',
  'succeed',
  'fail',
  'fail',
  'fail-permanently',
  'retry',
  'retry-swallowed',
  'retry-with-args',
  'retry-on-queue',
  'reject',
  'ignore',
  'hang',
  'die',
  'die-once',
  'progress',
  'bad-result',
  'send-child',
  'send-child-and-fail',
  'fail-first-run',
];
const POLICIES: readonly SimTask['policy'][] = ['plain', 'plain', 'ignoring', 'tracked', 'atMostOnce', 'patient'];

/** One to four random tasks; the same seed gives the same. */
export function randomTasks(seed: number): SimTask[] {
  const next = generator(seed * 2_654_435_761);
  const pick = <T>(list: readonly T[]): T => list[next() % list.length] as T;
  return Array.from({ length: 1 + (next() % 4) }, () => {
    const steps = Array.from({ length: 1 + (next() % 3) }, () => pick(STEPS));
    const chance = next() % 20;
    return {
      policy: pick(POLICIES),
      plan: { steps, healed: 'succeed', ...paceOf(next() % 12) },
      ...circumstances(chance, next() % 4),
    } satisfies SimTask;
  });
}

/** What is not usual about a task; nothing about most. */
function circumstances(chance: number, seconds: number): Partial<SimTask> {
  const all: readonly Partial<SimTask>[] = [
    { delaySeconds: 10, expiresSeconds: 5 },
    { expiresSeconds: 2 },
    { revokeAfterSeconds: 1 },
    { againAfterSeconds: seconds },
    { delaySeconds: 2_000 },
    { delaySeconds: 30, revokeAfterSeconds: 3 },
    { expiresSeconds: 3, againAfterSeconds: 3 },
    { delaySeconds: 190 },
    { queue: 'other' },
  ];
  return all[chance] ?? {};
}

/** Claimed runs that are slow, or first deliveries that come last. */
function paceOf(kind: number): Pick<Plan, 'seconds'> {
  if (kind === 0) return { seconds: { claimed: 4 } };
  return kind === 1 ? { seconds: { unclaimed: 4 } } : {};
}

/** Whether and when the tasks are repaired and redriven, and how long the deployment is broken. */
export function randomOptions(seed: number): SimOptions {
  const next = generator(seed * 40_503 + 7);
  const kind = next() % 8;
  if (kind === 0) return { heal: true, healAfterSeconds: 1 + (next() % 300) };
  if (kind === 1) return { brokenSeconds: 500 + (next() % 3_000) };
  return kind < 5 ? { heal: true } : {};
}

function generator(seed: number): () => number {
  let state = (seed ^ 0x51ed270b) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
