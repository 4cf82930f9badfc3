import type { TaskItem } from '../../src/protocol/item.ts';
import type { Plan, SimTask, Step } from './sim-tasks.ts';

const MAX_RETRIES = 2;

/** What a task comes to without faults: the step of each attempt, and the final state with the reason of a failure. */
export interface Course {
  readonly end: string;
  readonly steps: readonly Step[];
}

/** A plain recursive evaluation that shares no code with the worker. */
export function course(plan: Plan, policy: string, healed: boolean, retries: number = 0): Course {
  const planned = plan.steps[Math.min(retries, plan.steps.length - 1)] as Step;
  const step = healed && plan.healed ? plan.healed : planned;
  const ends = (end: string): Course => ({ end, steps: [step] });
  const again = (next: Plan): Course => {
    if (retries >= MAX_RETRIES) return ends('FAILURE exhausted');
    const { end, steps } = course(next, policy, healed, retries + 1);
    return { end, steps: [step, ...steps] };
  };
  switch (step) {
    case 'succeed':
    case 'progress':
    case 'send-child':
      return ends('SUCCESS');
    case 'fail':
    case 'send-child-and-fail':
    case 'retry':
    case 'retry-swallowed':
    case 'retry-on-queue':
      return again(plan);
    case 'retry-with-args':
      return again({ ...plan, steps: ['succeed'] });
    case 'fail-first-run':
    case 'fail-permanently':
      return ends('FAILURE permanent');
    case 'reject':
      return ends('FAILURE rejected');
    case 'ignore':
      return ends('IGNORED');
    case 'hang':
      return ends('FAILURE time-limit');
    case 'die':
      return ends('FAILURE worker-lost');
    case 'die-once':
      return ends(policy === 'atMostOnce' ? 'FAILURE worker-lost' : 'SUCCESS');
    case 'bad-result':
      return ends('FAILURE invalid-result');
  }
}

/** Where the item stands, with the reason of a failure; no item is no trace. */
export function endOf(item: TaskItem | undefined): string {
  if (!item || (item.state === 'PENDING' && item.revoked)) return 'no trace';
  return item.state === 'FAILURE' ? `FAILURE ${item.reason}` : item.state;
}

/** Tells whether a task may take its process along. */
export function kills({ plan }: SimTask): boolean {
  return plan.steps.includes('die') || plan.steps.includes('die-once');
}
