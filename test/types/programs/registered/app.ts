// With a registered app every queue is checked, also where no app is in sight: in `set`, in signatures, in shared tasks.
import { chain, chord, createApp, group, type QueueName, sharedTask } from 'celeriac';

const app = createApp('registered', {
  queues: { default: {}, digest: {} },
  taskRoutes: { 'a.*': { queue: 'digest' } },
});
declare module 'celeriac' {
  interface Register {
    app: typeof app;
  }
}

export const queues: QueueName[] = ['default', 'digest'];
// @ts-expect-error digset
export const wrong: QueueName = 'digset';

const inc = app.task('inc', { bind: true }, (self, n: number) => {
  if (n === 1) self.retry({ queue: 'digest' });
  // @ts-expect-error digset
  if (n === 2) self.retry({ queue: 'digset' });
  return n + 1;
});
inc.s(1).set({ queue: 'digest' });
void inc.s(1).applyAsync([], { queue: 'default' });
// @ts-expect-error digset
inc.s(1).set({ queue: 'digset' });
// @ts-expect-error digset
void inc.s(1).applyAsync([], { queue: 'digset' });

void chain(inc.s(1).set({ queue: 'digest' }), inc.s()).applyAsync([], { queue: 'default' });
group([inc.s(1)]).set({ queue: 'digest' });
chord([inc.s(1)], inc.si(1)).set({ queue: 'digest' });
inc.map([1]).set({ queue: 'digest' });
// @ts-expect-error digset
void chain(inc.s(1), inc.s()).applyAsync([], { queue: 'digset' });
// @ts-expect-error digset
void group([inc.s(1)]).applyAsync([], { queue: 'digset' });
// @ts-expect-error digset
group([inc.s(1)]).set({ queue: 'digset' });
// @ts-expect-error digset
chord([inc.s(1)], inc.si(1)).set({ queue: 'digset' });
// @ts-expect-error digset
inc.map([1]).set({ queue: 'digset' });

const shared = sharedTask('shared', { queue: 'digest' }, () => 1);
void shared.applyAsync([], { queue: 'default' });
// @ts-expect-error digset
void shared.applyAsync([], { queue: 'digset' });
// @ts-expect-error digset
sharedTask('wrong', { queue: 'digset' }, () => 1);
