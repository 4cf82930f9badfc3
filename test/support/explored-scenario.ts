import type { ExploredTasks, Sendable } from './explored-app.ts';

/** A small workflow, what an operator does about it, and how it has to stand each time everything is quiet. */
export interface WorkflowScenario {
  readonly canvas: (tasks: ExploredTasks) => Sendable;
  /** The canvas is sent by a task, and that task has its id as its result. */
  readonly launched?: true;
  readonly broken?: readonly string[];
  readonly phases: readonly Phase[];
  /** The first so many phases take their undisturbed course: only what comes after them is explored. */
  readonly undisturbed?: number;
}

/** What is done, and how everything stands when nothing is left to do. */
export interface Phase {
  readonly act?: (operator: Operator) => void | Promise<void>;
  /** Every item of the workflow, by the id that follows the canvas's own; any of several where the world may decide. */
  readonly ends: Ends | readonly Ends[] | 'whatever';
  /** Whose dead letters there are; not looked at if it may end as whatever. */
  readonly dead?: readonly string[];
  /** Nodes without an item, and what their handles say. */
  readonly handles?: Readonly<Record<string, string>>;
}

/** A text for what did not succeed, `FAILURE ChordError`; the value of what did. */
export type Ends = Readonly<Record<string, unknown>>;

export interface Operator {
  /** What was broken is repaired. */
  heal(...names: readonly string[]): void;
  /** Moves the dead letters of these nodes back, or all; each of them so many times. */
  redrive(ids?: readonly string[], times?: number): void;
  revoke(): Promise<void>;
  /** Lets time pass, while everything else goes on. */
  pass(seconds: number): Promise<void>;
}
