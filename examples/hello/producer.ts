import { greet } from './app.ts';

/** Sends a greeting from outside, and waits for it. Where the queues are, `celeriac env` says. */
const handle = await greet.delay(process.argv[2] ?? 'Ada');
console.log(handle.id);
console.log(await handle.get({ timeout: '1m' }));
