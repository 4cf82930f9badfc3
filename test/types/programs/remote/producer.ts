// A producer that knows its tasks from types alone: no handler's code is imported.
import { chain } from 'celeriac';
import { app } from './app.ts';
import type * as tasks from './tasks.ts';

const remote = app.remote<typeof tasks>();
await remote('digest.send').s(42).applyAsync();
const handle = await remote('report').delay({ userId: 1, heavy: false });
export const text: string = await handle.get();
const flow = chain(remote('digest.send').s(42), remote('report').s());
export const flowText: string = await (await flow.applyAsync()).get();

// @ts-expect-error no such task
remote('digest.sned');
// @ts-expect-error number
await remote('digest.send').delay('42');
// @ts-expect-error report takes an object
chain(remote('report').s({ userId: 1, heavy: true }), remote('report').s());
// @ts-expect-error a function is no task
remote('helper');
