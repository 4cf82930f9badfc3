import { deadLetterQueueOf, lostQueueOf } from '../ports/queue-names.ts';
import { columns } from './style.ts';
import { type AppOption, withDev } from './with-dev.ts';

/** Prints how many messages each queue holds. */
export function queues(options: AppOption): Promise<void> {
  return withDev(options, async (tools, state) => {
    const names = state.queues.flatMap((queue) => [queue, lostQueueOf(queue), deadLetterQueueOf(queue)]);
    const rows = await Promise.all(
      names.map(async (name) => {
        const { visible, inFlight, delayed } = await tools.depth(name);
        return [name, String(visible), String(inFlight), String(delayed)];
      }),
    );
    console.log(columns([['queue', 'visible', 'in flight', 'delayed'], ...rows]));
  });
}
