// Every line is wrong: test/unit/type-programs.test.ts holds what the compiler says about it.
import { createApp } from 'celeriac';
import * as z from 'zod';

const app = createApp('wrong', { queues: { default: {}, digest: {} } });
const charge = app.task('charge', {}, (order: { id: number }, amount: number) => order.id + amount);

app.task('date', {}, async (id: number) => ({ id, createdAt: new Date() }));
app.task('map', {}, () => new Map([[1, 2]]));
app.task('undefined', {}, () => ({ list: [1, undefined] }));
app.task('argument', {}, (when: Date) => when.getTime());
app.task('untyped', { bind: true }, (self, x) => (x ? self.request.retries : 0));
app.task('schema', { args: z.object({ a: z.int() }) }, () => 1);
app.task('schemaDate', { args: z.tuple([z.date()]) }, () => 1);
app.task('queue', { queue: 'digset' }, () => 1);
app.task('option', { retryBackof: true }, () => 1);
void charge.delay({ id: 1 });
void charge.delay({ id: 1 }, '5');
void charge.applyAsync([{ id: 1 }, 5], { queue: 'digset' });
void charge.applyAsync([{ id: 1 }, 5], { countdown: 5, eta: new Date() });
charge.s('5');
void charge.s(5).applyAsync();
void app.sendTask('elsewhere', [new Date()]);
createApp('routes', { queues: { default: {} }, taskRoutes: { 'a.*': { queue: 'digset' } } });
app.task('body', {}, 5);
