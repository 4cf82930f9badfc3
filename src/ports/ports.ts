import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Barrier } from './barrier.ts';
import type { Broker } from './broker.ts';
import type { PayloadStore } from './payload-store.ts';
import type { ResultBackend } from './result-backend.ts';
import type { Telemetry } from './telemetry.ts';

/** Everything outside the process that a client or a worker uses: on AWS, or in memory with virtual time. */
export interface Ports {
  readonly broker: Broker;
  readonly backend: ResultBackend;
  readonly barrier: Barrier;
  readonly payloads: PayloadStore;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly random: Random;
}
