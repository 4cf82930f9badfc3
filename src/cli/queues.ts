import { deadLetterQueueOf, lostQueueOf } from '../ports/queue-names.ts';
import { columns } from './style.ts';
import { type AppOption, withRunning } from './with-running.ts';

/** Prints how many messages each queue holds, and which are paused. */
export function queues(options: AppOption): Promise<void> {
  return withRunning(options, async ({ tools, queues: own }) => {
    const paused = await tools.paused();
    const names = own.flatMap((queue) => [queue, lostQueueOf(queue), deadLetterQueueOf(queue)]);
    const rows = await Promise.all(
      names.map(async (name) => {
        const { visible, inFlight, delayed } = await tools.depth(name);
        const since = paused.get(name);
        const state = since === undefined ? '' : `paused since ${since.toISOString().slice(0, 19)}Z`;
        return [name, String(visible), String(inFlight), String(delayed), state];
      }),
    );
    console.log(columns([['queue', 'visible', 'in flight', 'delayed', ''], ...rows]));
  });
}
