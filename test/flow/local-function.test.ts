import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalOptions } from '../../src/local/local-options.ts';
import type { ManifestTask } from '../../src/task/manifest.ts';
import { type Scripted, startScripted } from './fixtures/scripted.ts';
import { until } from './fixtures/until.ts';

let running: Scripted | undefined;

afterEach(async () => {
  await running?.local.stop();
  running = undefined;
});

async function scripted(options: LocalOptions = {}, tasks: readonly ManifestTask[] = []): Promise<Scripted> {
  running = await startScripted({ visibilitySeconds: 1, concurrency: 1, ...options }, {}, tasks);
  return running;
}

describe('a function', () => {
  it('keeps an environment warm from one invocation to the next', async () => {
    const { local, send, said } = await scripted();
    for (let i = 0; i < 3; i++) {
      await send({});
      await local.drained();
    }
    expect(said('batch-seen').map((batch) => batch.invocations)).toEqual([1, 2, 3]);
  });

  it('tells the handler how much time is left', async () => {
    const { local, send, said } = await scripted({ functionTimeoutSeconds: 3 });
    await send({});
    await local.drained();
    const leftMs = said('batch-seen')[0]?.leftMs as number;
    expect(leftMs).toBeGreaterThan(2_000);
    expect(leftMs).toBeLessThanOrEqual(3_000);
  });

  it.each([
    ['a minute', [], 60],
    ['as deployed the time that its longest task may take', [{ name: 'crunch', timeLimitSeconds: 300 }], 310],
  ])('has %s', async (_what, tasks, seconds) => {
    const { local, send, said } = await scripted({}, tasks);
    await send({});
    await local.drained();
    expect(Math.ceil((said('batch-seen')[0]?.leftMs as number) / 1_000)).toBe(seconds);
  });

  it.each(['spin', 'hang'])('is killed at its timeout, also in a %s', async (order) => {
    const { local, send, said, happened } = await scripted({ functionTimeoutSeconds: 1, visibilitySeconds: 30 });
    await send({ do: order }, {});
    await until('the timeout', () => happened('function-error').length === 1);
    expect(happened('function-error')).toMatchObject([{ records: 2, error: 'timed out after 1 s' }]);
    expect(local.environments()).toEqual([]);
    expect(await local.depth('default')).toMatchObject({ inFlight: 2 });
    await send({});
    await until('a new environment serves', () => said('batch-done').length === 1);
  });

  it('is replaced when its process ends by itself', async () => {
    const { send, said, happened } = await scripted({ visibilitySeconds: 30 });
    await send({ do: 'exit', print: 'last words' }, {});
    await until('the exit', () => happened('function-error').length === 1);
    expect(happened('function-error')).toMatchObject([{ records: 2, error: 'the process exited with code 7' }]);
    expect(running?.logs.map(({ message }) => message)).toContain('last words');
    await send({});
    await until('a new environment serves', () => said('batch-done').length === 1);
    expect(happened('environment-started')).toHaveLength(2);
  });

  it('loses nothing when a busy environment is killed', async () => {
    const { local, send, said } = await scripted();
    await send({ waitMs: 300, say: 'a' }, { say: 'b' });
    await until('it runs', () => said('batch-seen').length === 1);
    expect(local.killOne()).toMatchObject({ functionName: 'scripted-worker', busy: true, inFlightRecords: 2 });
    await local.drained();
    expect(said('batch-done')).toHaveLength(1);
    expect(said('seen').filter((seen) => seen.receiveCount === 2)).toHaveLength(2);
    expect(local.killOne()).toBeUndefined();
  });

  it('stands still between invocations, as a frozen one does', async () => {
    const { local, send, said } = await scripted();
    await send({ later: 500 });
    await local.drained();
    const dueAtMs = Date.parse(said('batch-seen')[0]?.time ?? '') + 500;
    const thawedAtMs = await until('it is due', () => Date.now() > dueAtMs + 100 && Date.now());
    await send({ waitMs: 50 });
    await local.drained();
    expect(Date.parse(said('later')[0]?.time ?? '')).toBeGreaterThanOrEqual(thawedAtMs);
  });

  it('loses no message while its bundle does not load', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'celeriac-test-'));
    const broken = join(folder, 'broken.mjs');
    const good = join(folder, 'good.mjs');
    writeFileSync(broken, 'throw new Error("half a deployment");');
    cpSync(join(import.meta.dirname, 'fixtures/scripted-worker.mjs'), good);
    const { local, send, said, happened } = await scripted();
    local.swap(broken);
    await send({ say: 'a' }, { say: 'b' });
    const error = await until('it does not load', () => happened('function-error')[0]);
    expect(error.error).toMatch(/does not load: Error: half a deployment/);
    local.swap(good);
    await local.drained();
    expect(said('seen').map((seen) => seen.say)).toEqual(['a', 'b']);
    rmSync(folder, { recursive: true });
  });

  it('replaces idle environments at once and busy ones after their invocation when a bundle is swapped', async () => {
    const { local, send, said, happened } = await scripted();
    await send({ waitMs: 200 });
    await until('it runs', () => said('batch-seen').length === 1);
    local.swap(join(import.meta.dirname, 'fixtures/no-op-worker.mjs'));
    await local.drained();
    expect(said('batch-done')).toHaveLength(1);
    await until('the old one ends', () => happened('environment-ended').length === 1);
    await send({});
    await local.drained();
    expect(said('batch-seen')).toHaveLength(1);
  });

  it('tells how much memory it needs at most', async () => {
    const { local, send } = await scripted();
    await send({});
    await local.drained();
    const megabytes = local.peakMemoryBytes() / 1e6;
    expect(megabytes).toBeGreaterThan(60);
    expect(megabytes).toBeLessThan(2_000);
  });
});
