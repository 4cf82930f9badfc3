/** A broken deployment: it can be read and bundled, but in a function it does not load. */
export { app } from './app.ts';

if (process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined) throw new Error('this bundle does not load');
