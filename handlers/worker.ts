import { app, elsewhere } from 'celeriac:app';
import { createWorker, type SqsHandler } from '../src/worker.ts';

/** Runs the tasks of a queue. `celeriac:app` is the app with the modules of its tasks; the bundler writes it, see src/local/entry-modules.ts. */
export const handler: SqsHandler = createWorker(app, { elsewhere });
