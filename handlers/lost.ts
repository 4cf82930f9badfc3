import { createLostWorker, type SqsHandler } from '../src/worker.ts';

/** Reads the lost queues. It has no user code, so that it works when the deployment of the tasks is broken. */
export const handler: SqsHandler = createLostWorker();
