import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chord } from 'celeriac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/connection.ts';
import type { Local } from '../../src/local/local.ts';
import type { LocalTaskEvent } from '../../src/local/local-events.ts';
import { startLocal } from '../../src/local/start-local.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { app } from './fixtures/chord-app/app.ts';
import { body, member } from './fixtures/chord-app/tasks.ts';
import { until } from './fixtures/until.ts';

const MEMBERS = 5_000;
const KILLS = 10;
const NUMBERS = Array.from({ length: MEMBERS }, (_, n) => n);
/** What a killed worker had comes back after so long, and its claims are over soon after; a batch takes much less. */
const FUNCTION_SECONDS = 10;

let local: Local;
const folder = mkdtempSync(join(tmpdir(), 'celeriac-killed-'));
const runsFile = join(folder, 'runs');
const events: LocalTaskEvent[] = [];

beforeAll(async () => {
  writeFileSync(runsFile, '');
  local = await startLocal({
    appPath: join(import.meta.dirname, 'fixtures/chord-app/app.ts'),
    functionTimeoutSeconds: FUNCTION_SECONDS,
    visibilitySeconds: FUNCTION_SECONDS,
    env: { RUNS_FILE: runsFile },
    onEvent: (event) => void events.push(event),
  });
  connect(coreOf(app), () => local.ports);
});
afterAll(async () => {
  await local.stop();
  rmSync(folder, { recursive: true });
});

/** Every run that began, as its worker wrote it down. */
const runs = () => readFileSync(runsFile, 'utf8').split('\n').slice(0, -1);

describe('a chord of 5,000 members', () => {
  it('runs its body to one outcome, of all members, though ten workers are killed', { timeout: 240_000 }, async () => {
    const handle = await chord(
      NUMBERS.map((n) => member.s(n)),
      body.s(),
    ).applyAsync();
    let inFlight = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const due = ((kill + 0.5) * MEMBERS) / KILLS;
      const killed = await until(
        `${due} runs, and a busy worker to kill`,
        () => runs().length >= due && local.killOne(),
        60_000,
      );
      inFlight += killed.inFlightRecords;
    }
    await local.drained();

    expect(await handle.get({ timeout: 10 })).toBe((MEMBERS * (MEMBERS - 1)) / 2);
    const began = runs();
    expect(new Set(began).size).toBe(MEMBERS + 1); // at least once
    expect(began.length - MEMBERS - 1).toBeLessThanOrEqual(inFlight); // again only what a killed worker had
    expect(events.filter((event) => event.kind === 'succeeded' && event.task === 'body')).toHaveLength(1);
    expect(await local.depth('default-dlq')).toMatchObject({ visible: 0 });
  });
});
