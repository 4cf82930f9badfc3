import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { LOST_TIMEOUT_SECONDS, MAPPING_MAX_BATCH_WITHOUT_WINDOW, MAPPING_MIN_CONCURRENCY } from '../src/base/limits.ts';
import { given } from './given.ts';
import { HandlerFunction } from './handler-function.ts';
import { mapQueue } from './mapping.ts';
import { mayWork } from './permissions.ts';
import type { AppParts } from './worker-function.ts';

/** It runs no code of the user's, so it needs little. */
const MEMORY_MB = 256;
/** Invocations for one lost queue at the same time: after an outage there may be much to send back, but no hurry. */
export const LOST_CONCURRENCY: number = MAPPING_MIN_CONCURRENCY;

/** The one function of all lost queues, in `Lost`, with a mapping a queue in `Mappings`. It has no user code. */
export class LostFunction extends HandlerFunction {
  constructor(scope: Construct, { app, code, places, queues, table, ...parts }: AppParts) {
    const { architecture, logRetention, removalPolicy } = parts;
    super(scope, 'Lost', {
      removalPolicy,
      ...given({ architecture, logRetention }),
      description: `Lost function of the task app ${app.name}: ends what kills its worker, sends back what never reached one`,
      code: code.lost(),
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(LOST_TIMEOUT_SECONDS),
      environment: places,
    });
    const trios = [...queues.values()];
    const sends = trios.flatMap(({ work, dlq }) => [work, dlq]);
    mayWork(this.role, { receives: trios.map(({ lost }) => lost), sends, table });
    const mappings = new Construct(this, 'Mappings');
    for (const [name, { lost }] of queues) {
      mapQueue(mappings, name, {
        queue: lost,
        target: this.function,
        batchSize: MAPPING_MAX_BATCH_WITHOUT_WINDOW,
        windowSeconds: 0,
        maxConcurrency: LOST_CONCURRENCY,
      });
    }
  }
}
