/** A broken deployment: it is read and bundled without complaint, but does not load where Lambda has put it. */
export { app } from './app.ts';

if (process.env.LAMBDA_TASK_ROOT !== undefined) throw new Error('this bundle does not load');
