import type { TaskState } from '../base/states.ts';

/** A workflow, or a part of it, with what is stored of it: no arguments, no values. */
export interface WorkflowNode {
  readonly kind: 'task' | 'map' | 'starmap' | 'chain' | 'group' | 'chord';
  /** Where its result stands; of a group its own id. */
  readonly id: string;
  /** Of a task; unknown where neither the plan nor an item says it. */
  readonly task?: string;
  /** Its place in the group that it is a member of. */
  readonly index?: number;
  /** Of a chain or chord that of its result, and STARTED while something of it has begun; of a group by its members. */
  readonly state: TaskState;
  /** It never ran: what it depended on had ended, or has not been sent and never will be. */
  readonly unrun: boolean;
  readonly retries: number;
  /** The rounds in which its tasks have run, from the first on: more than one if only some were redriven, and then it has waited for that. */
  readonly rounds: readonly number[];
  readonly startedAt: Date | undefined;
  readonly dateDone: Date | undefined;
  /** When a task in RETRY is due. */
  readonly nextAt?: Date;
  /** Of what has failed by itself: name and text. */
  readonly error?: { readonly name: string; readonly message: string };
  /** Steps of a chain, header and body of a chord, members of a group that are shown one by one. */
  readonly children: readonly WorkflowNode[];
  /** What is sent with the result, beside what the canvas goes on with. */
  readonly links: readonly WorkflowNode[];
  /** Of a group. */
  readonly counts?: MemberCounts;
  /** What has replaced the task: its state and times are those of the task. */
  readonly replacement?: WorkflowNode;
}

/** How the members of a group stand. */
export interface MemberCounts {
  /** Unknown while a stream is being sent. */
  readonly size: number | undefined;
  /** Ended, in whatever way. */
  readonly arrived: number;
  /** Ended without success. */
  readonly failed: number;
  /** Those that are not among the children. */
  readonly rest: { readonly succeeded: number; readonly failed: number; readonly waiting: number };
}
