import { type AnySignature, chain, chord, group } from 'celeriac';
import { lostQueueOf } from '../../../src/ports/queue-names.ts';
import { until } from '../../flow/fixtures/until.ts';
import { CHAINS } from '../../support/celery-rows-chains.ts';
import { FAILURES } from '../../support/celery-rows-failures.ts';
import { GROUPS } from '../../support/celery-rows-groups.ts';
import { LINKS } from '../../support/celery-rows-links.ts';
import { TOLERANT } from '../../support/celery-rows-more-failures.ts';
import { REPLACE } from '../../support/celery-rows-replace.ts';
import { MORE_RETRY } from '../../support/celery-rows-retry.ts';
import { apply, judge, nodesOf, type Row } from '../../support/celery-world.ts';
import type { Recording } from '../../support/recorded-calls.ts';
import { app, atMostOnce, muchLater, streams, t, tracked } from './app/app.ts';
import type { Callers } from './callers.ts';

/** The queues of the app. */
export const QUEUES = ['default', 'other'] as const;
export type QueueName = (typeof QUEUES)[number];

/** Who does what, and what was called so far. */
export interface Stage extends Callers {
  readonly recording: Recording;
}

/** One of each kind that the flow suites have. */
const ROWS: readonly Row[] = [
  ...titled(CHAINS, 'immutable steps take nothing'),
  ...titled(GROUPS, 'a chord; its parent is the group', 'chords in a chain'),
  ...titled(FAILURES, 'a step before a group fails: its members end with the error', 'Reject in a header'),
  ...titled(LINKS, 'two links', 'an errback of a chord is called once when its body fails'),
  ...titled(TOLERANT, 'gives the body every slot', 'enough have succeeded'),
  ...titled(REPLACE, 'by a chord', 'as a member of a header'),
  ...titled(MORE_RETRY, 'a body reads its list again', 'members with other arguments'),
  ...titled(MORE_RETRY, 'a step with a large result before it has other arguments instead'),
];

function titled(rows: readonly Row[], ...titles: readonly string[]): readonly Row[] {
  return titles.map((title) => {
    const found = rows.find((row) => row.title === title);
    if (!found) throw new Error(`there is no row "${title}"`);
    return found;
  });
}

/** What is stored, and not carried by messages. */
const LARGE: string = 'x'.repeat(40_000);

/** Everything that can happen to a task of a queue. */
export async function everythingOn(queue: QueueName, stage: Stage): Promise<void> {
  const here = { queue };
  const elsewhere = { queue: queue === 'default' ? 'other' : 'default' };
  await Promise.all([
    ...ROWS.map((row) => ofRow(row, queue, stage)),
    succeeds(chain(t.id.s(1).set(here), t.id.s().set(elsewhere)), 1, stage),
    succeeds(tracked.s(1).set(here), 1, stage),
    succeeds(atMostOnce.s(1).set(here), 1, stage),
    succeeds(streams.s(150).set(here), 150, stage),
    succeeds(chain(group(generated(30)).set(here), t.tsum.s().set(here)), 435, stage),
    succeeds(chain(group(generated(0)), t.rec.s(LARGE).set(here), t.count.s().set(here)), 0, stage),
    byItself(queue, stage),
    revokedAndForgotten(queue, stage),
    sentAgainMuchLater(queue, stage),
    lost(here, elsewhere, stage),
  ]);
  await lostWhileItRuns(queue, stage);
}

/** Of a size that nobody knows beforehand. */
function* generated(members: number): Generator<AnySignature> {
  for (let n = 0; n < members; n++) yield t.id.s(n);
}

async function ofRow(row: Row, queue: string, { as, send }: Stage): Promise<void> {
  const handle = await send('sender', () => apply(row.make(t), row.given, { ...row.options, queue }));
  await as('reader', async () => {
    await judge(row, handle, '60s');
    for (const node of nodesOf(handle)) await node.read();
  });
}

async function succeeds(canvas: AnySignature, value: unknown, { as, send }: Stage): Promise<void> {
  const handle = await send('sender', () => apply(canvas));
  const got = await as('reader', () => handle.get({ timeout: '60s' }));
  if (got !== value) throw new Error(`got ${JSON.stringify(got)} in place of ${JSON.stringify(value)}`);
}

/** Without a canvas, so that whoever sends stores nothing. */
export async function byItself(queue: QueueName, { as, send }: Stage): Promise<void> {
  const linked = t.id.s(1).link(t.rec.s('link')).linkError(t.eb.s());
  const handle = await send('plain', () => linked.applyAsync([], { queue, countdown: 1 }));
  await as('reader', () => handle.get({ timeout: '60s' }));
}

async function revokedAndForgotten(queue: QueueName, { as, send }: Stage): Promise<void> {
  const handle = await send('sender', async () => {
    const sent = await t.id.applyAsync([1], { queue, countdown: 7 }); // later than the next look for orders
    await sent.revoke();
    return sent;
  });
  const list = await send('producer', () =>
    group([t.id.s(1), t.fail.s()])
      .set({ queue })
      .applyAsync(),
  );
  await as('producer', () => list.get({ propagate: false, timeout: '60s' }));
  await as('reader', async () => {
    const reports = [];
    for await (const report of list.members()) reports.push(report);
    return reports;
  });
  await as('producer', () => list.forget());
  await eventually('the revoked task to end', () => as('reader', async () => (await handle.state()) === 'REVOKED'));
  await as('producer', () => handle.forget());
}

async function sentAgainMuchLater(queue: QueueName, { as, send }: Stage): Promise<void> {
  const handle = await send('sender', () => muchLater.applyAsync([], { queue }));
  await eventually('the retry to be recorded', () => as('reader', async () => (await handle.state()) === 'RETRY'));
}

/** As after an outage: the lost function sends it back. */
export async function neverReached(queue: string, { send, ports, recording }: Stage): Promise<void> {
  const entry = { body: JSON.stringify({ task: 'id', args: [1] }), delaySeconds: 0 };
  await send('nobody', () => ports.broker.send(lostQueueOf(queue), [entry]));
  await eventually('the message to be sent back', () => isCalled(recording, 'sqs:SendMessageBatch', queue));
}

type On = { readonly queue: string };

/** As after five days: the lost function ends the tasks, calls errbacks, and sends a body that bears it. */
async function lost(here: On, elsewhere: On, { as, send }: Stage): Promise<void> {
  const steps = chain(t.id.s(1).set(here), t.id.s()).linkError(t.eb.s().set(elsewhere));
  const body = t.rec.s(LARGE).set(elsewhere);
  const tolerant = chord(group([t.id.s(1), t.id.s(2)]).set(here), body, { onError: 'settle' });
  for (const canvas of [steps, tolerant]) {
    const handle = await send('lost', () => apply(canvas));
    await eventually('the lost to end', () => as('reader', () => handle.ready()));
  }
}

/** Its double waits for the one that runs, and runs still when everything is over. */
async function lostWhileItRuns(queue: QueueName, stage: Stage): Promise<void> {
  const { as, send, sent, ports, recording } = stage;
  const handle = await send('sender', () => tracked.applyAsync([100], { queue }));
  await eventually('the task to run', () => as('reader', async () => (await handle.state()) === 'HALF'));
  await send('lost', () => ports.broker.send(queue, [sent(handle.id)]));
  await eventually('its double to wait', () =>
    isCalled(recording, 'sqs:ChangeMessageVisibilityBatch', lostQueueOf(queue)),
  );
}

function isCalled(recording: Recording, action: string, queue: string): boolean {
  const on = `${app.name}-${queue}`;
  return recording.calls().some((call) => call.who?.endsWith('-lost') && call.action === action && call.on === on);
}

/** A busy machine is no failure. */
function eventually(what: string, look: () => boolean | Promise<boolean>): Promise<boolean> {
  return until(what, look, 60_000);
}
