import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { asyncResult } from '../../src/client/async-result.ts';
import { connect } from '../../src/client/connection.ts';
import { deploy } from '../../src/local/deploy.ts';
import type { Local } from '../../src/local/local.ts';
import type { LocalTaskEvent, PlatformEvent } from '../../src/local/local-events.ts';
import { prepareLocal } from '../../src/local/start-local.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { app } from './fixtures/hard-app/app.ts';
import { busy, innocent, poison, stuck, work } from './fixtures/hard-app/tasks.ts';
import { until } from './fixtures/until.ts';

const APP = join(import.meta.dirname, 'fixtures/hard-app/app.ts');

let local: Local;
const events: LocalTaskEvent[] = [];
const platform: PlatformEvent[] = [];
afterEach(() => local.stop());

/** Functions live three seconds, so that whatever hangs is over soon. */
async function start() {
  events.length = 0;
  platform.length = 0;
  const all = {
    functionTimeoutSeconds: 3,
    visibilitySeconds: 4,

    onEvent: (event: LocalTaskEvent) => void events.push(event),
    onPlatform: (event: PlatformEvent) => void platform.push(event),
  };
  const { deployment } = await prepareLocal({ appPath: APP, ...all });
  local = await deploy(deployment, all);
  connect(coreOf(app), () => local.ports);
  return deployment.bundles;
}

describe('real processes', () => {
  it('lose nothing when workers are killed under load', { timeout: 120_000 }, async () => {
    await start();
    const handles = await Promise.all(Array.from({ length: 400 }, (_, n) => work.delay(n)));
    let inFlight = 0;
    for (const done of [60, 150, 240]) {
      const killed = await until('a busy worker to kill', () => {
        const succeeded = events.filter(({ kind }) => kind === 'succeeded').length;
        return succeeded >= done && local.killOne();
      });
      inFlight += killed.inFlightRecords;
    }
    await local.drained();
    const results = await Promise.all(handles.map((handle) => handle.read()));
    expect(results.map((result) => result.state === 'SUCCESS' && result.value)).toEqual(handles.map((_, n) => n));
    const runs = events.filter(({ kind }) => kind === 'started').length;
    expect(runs - handles.length).toBeLessThanOrEqual(inFlight);
    expect(await local.depth('default-dlq')).toMatchObject({ visible: 0 });
  });

  it('end a poison task as lost, and its neighbours succeed without a recorded attempt', {
    timeout: 120_000,
  }, async () => {
    await start();
    const [killer, ...neighbours] = await Promise.all([poison.delay(), ...[1, 2, 3, 4].map((n) => innocent.delay(n))]);
    await local.drained();
    expect(await killer.read()).toMatchObject({ state: 'FAILURE', error: { name: 'WorkerLostError' } });
    for (const [i, neighbour] of neighbours.entries()) {
      expect(await neighbour.read()).toMatchObject({ state: 'SUCCESS', value: i + 1, retries: 0 });
    }
    const letters = await local.deadLetters('poison');
    expect(letters.map(({ attributes }) => attributes.reason)).toEqual(['worker-lost']);
  });

  it('end a task that is stuck at its hard limit, in an await or in a busy loop', { timeout: 120_000 }, async () => {
    await start();
    const waiting = await stuck.delay();
    await local.drained();
    expect(await waiting.read()).toMatchObject({ state: 'FAILURE', error: { name: 'TimeLimitExceeded' } });
    const looping = await busy.delay();
    await local.drained();
    expect(await looping.read()).toMatchObject({ state: 'FAILURE', error: { name: 'WorkerLostError' } });
    const letters = await local.deadLetters('limits');
    expect(letters.map(({ attributes }) => attributes.reason).sort()).toEqual(['time-limit', 'worker-lost']);
  });

  it('lose no task while a bundle does not load', { timeout: 120_000 }, async () => {
    const { worker } = await start();
    const broken = join(worker, '../broken.mjs');
    writeFileSync(broken, 'throw new Error("a typo");\n');
    local.swap(broken);
    const handles = await Promise.all([1, 2, 3].map((n) => work.delay(n)));
    await until('three function errors', () => platform.filter(({ kind }) => kind === 'function-error').length >= 3);
    local.swap(worker);
    await local.drained();
    const results = await Promise.all(handles.map(({ id }) => asyncResult(id, () => local.ports).read()));
    expect(results.map((result) => result.state === 'SUCCESS' && result.value)).toEqual([1, 2, 3]);
  });
});
