import type { Ports } from '../ports/ports.ts';
import type { PhysicalNames } from '../ports/queue-names.ts';
import type { AppCore } from '../task/app-core.ts';
import type { Arrivals } from './arrivals.ts';
import type { KnownOrders } from './known-orders.ts';

/** Tells whether the event source mapping of a queue reports partial batch failures. */
export type MappingLook = (queueArn: string, signal: AbortSignal) => Promise<boolean>;

/** What lives as long as a worker's environment: the app, the ports, and what is known of orders for a few seconds. */
export interface Worker extends PhysicalNames {
  readonly core: AppCore;
  readonly ports: Ports;
  readonly orders: KnownOrders;
  /** How long an unknown task waits for a rolling deployment. */
  readonly graceMs: number;
  /** Tasks that the app has, but the code of this worker has not. */
  readonly elsewhere?: ReadonlySet<string>;
  /** Looks whether the event source mapping is as the construct made it. @default it is not looked at */
  readonly mapping?: MappingLook;
  /** Ends this process at once; nothing goes on after it. */
  readonly exit: () => void;
}

/** One call of the function. */
export interface Invocation {
  readonly worker: Worker;
  /** When Lambda kills the function. */
  readonly deadlineMs: number;
  /** The time that was left when it began. */
  readonly budgetMs: number;
  /** Members of groups that have ended in this batch. */
  readonly arrivals: Arrivals;
}

const RESERVE_MS = 5_000;

/** Time kept free before the deadline to store outcomes and to answer: five seconds, or a tenth of a short function. */
export function reserveMs(invocation: Invocation): number {
  return Math.min(RESERVE_MS, invocation.budgetMs / 10);
}

/** What becomes of a message: deleted, or left to come back. */
export type Reply =
  | { readonly kind: 'acknowledge'; readonly hung?: boolean }
  /** Its visibility timeout is set, or runs on. */
  | { readonly kind: 'return'; readonly hung?: boolean };
