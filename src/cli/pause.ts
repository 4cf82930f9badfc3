import { arnOf } from '../operations/find-deployed.ts';
import { type Switched, switchMappings } from '../operations/switch-mappings.ts';
import { queueUrlIn } from '../ports/queue-names.ts';
import { progressLine } from './progress.ts';
import { type AppOption, knownQueue, type Running, withRunning } from './with-running.ts';

/**
 * Pauses a queue: workers begin nothing of it from now on, and on AWS its event source mapping is disabled.
 *
 * @throws {UnknownQueueError} the app has no such queue
 */
export function pause(queue: string, options: AppOption): Promise<void> {
  return withRunning(options, async (running) => {
    knownQueue(queue, running);
    await running.tools.ports.backend.pauseQueue(queue);
    console.log(
      `${queue} is paused: within 5 seconds workers begin nothing of it. Tasks that have begun go on to their end;`,
    );
    console.log('what a worker has received already comes back a minute later, and counts no attempt.');
    await switchAll(queue, false, running);
    console.log(
      `Messages wait, at most 14 days from when they were sent. To go on: celeriac resume ${queue}${named(options)}`,
    );
  });
}

/**
 * Lets a paused queue go on.
 *
 * @throws {UnknownQueueError} the app has no such queue
 */
export function resume(queue: string, options: AppOption): Promise<void> {
  return withRunning(options, async (running) => {
    knownQueue(queue, running);
    const since = (await running.tools.paused()).get(queue);
    await running.tools.ports.backend.resumeQueue(queue);
    const paused = since === undefined ? 'was not paused' : `was paused since ${since.toISOString().slice(0, 19)}Z`;
    console.log(`${queue} ${paused}; workers begin its tasks again, what they gave back within a minute.`);
    await switchAll(queue, true, running);
  });
}

/** The mappings of a deployed queue, one line each; where one does not obey, the exit code is 1. */
async function switchAll(queue: string, enabled: boolean, { kind, lambda, tools }: Running): Promise<void> {
  if (kind === 'dev') return;
  if (!lambda) return warn('its event source mapping was not touched: the variables do not say where Lambda is');
  const line = progressLine();
  const queueArn = await arnOf(queueUrlIn(tools.place, queue), tools.sqs);
  const switched = await switchMappings({
    lambda,
    queueArn,
    enabled,
    clock: tools.ports.clock,
    onState: (mapping, state, seconds) => line.show(`event source mapping of ${mapping}: ${state}, ${seconds} s`),
  });
  line.clear();
  if (switched.length === 0) warn('it has no event source mapping, so nobody receives its messages anyway');
  for (const each of switched) say(each, enabled);
}

/** What has become of a mapping; a complaint where it did not obey. */
function say({ mapping, outcome, state }: Switched, enabled: boolean): void {
  const [wanted, verb] = enabled ? ['enabled', 'enable'] : ['disabled', 'disable'];
  const name = `event source mapping to ${mapping}`;
  if (outcome === 'done') console.log(`Its ${name} is ${wanted}.`);
  if (outcome === 'already') console.log(`Its ${name} was ${wanted} already.`);
  if (outcome === 'late') warn(`its ${name} was told to, but still says ${state}; look again by celeriac doctor`);
  if (outcome === 'denied') {
    const so = enabled
      ? 'nothing is received until it is enabled'
      : 'workers obey all the same, at the price of receives';
    warn(`AWS refuses to ${verb} its ${name} (lambda:UpdateEventSourceMapping), which stays ${state}: ${so}`);
  }
}

function warn(text: string): void {
  console.error(`celeriac: ${text}`);
  process.exitCode = 1;
}

function named({ app, deployed }: AppOption): string {
  if (deployed !== undefined) return ` --deployed ${deployed}`;
  return app === undefined ? '' : ` --app ${app}`;
}
