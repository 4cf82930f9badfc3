import { chain, chord, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { appWorld } from '../support/app-world.ts';

function setUp() {
  const world = appWorld();
  const { app, store } = world;
  const broken = new Set<string>();
  const tasks = {
    inc: app.task('inc', {}, (x: number) => x + 1),
    sum: app.task('sum', {}, (list: readonly number[]) => {
      if (broken.has('sum')) throw new Error('broken');
      return list.reduce((a, b) => a + b, 0);
    }),
    states: app.task('states', {}, (list: readonly { readonly status: string }[]) => list.map(({ status }) => status)),
    length: app.task('length', {}, (text: string) => text.length),
  };
  const item = (id: string) => store.items.get(id);
  return { ...world, ...tasks, broken, item, barriers: store.barriers };
}

describe('a streamed group', () => {
  it.each([100, 101, 205])('of %i members has its body once it is closed', async (count) => {
    const { run, inc, sum } = setUp();
    const members = function* () {
      for (let i = 0; i < count; i++) yield inc.s(i);
    };
    const value = await run(async () => (await chord(members(), sum.s()).applyAsync()).get({ timeout: '10m' }));
    expect(value).toBe((count * (count + 1)) / 2);
  });
});

describe('the round of a body', () => {
  it('is 0 when the arrivals are of round 0, whatever the barrier has counted', async () => {
    const { run, inc, sum, item, barriers, world } = setUp();
    const { id } = await run(async () => {
      const handle = await chord([inc.s(0)], sum.s()).applyAsync();
      barriers.addRounds(`${handle.id}.0`, 5, world.nowMs);
      return handle;
    });
    expect(item(id)).toMatchObject({ state: 'SUCCESS', round: 0 });
  });

  it('is what the barrier has counted when its dead letter is made', async () => {
    const { run, inc, sum, item, barriers, world, broken, dead, redrive } = setUp();
    broken.add('sum');
    const { id } = await run(() => chord([inc.s(0)], sum.s()).applyAsync());
    expect(dead().map(({ message }) => message.round)).toEqual([1]);
    barriers.addRounds(`${id}.0`, 5, world.nowMs);
    redrive();
    await run(async () => {});
    expect(dead().map(({ message }) => message.round)).toEqual([7]);
    expect(item(id)).toMatchObject({ state: 'FAILURE', round: 1 });
  });
});

describe('what follows a failing group', () => {
  it('does not run either where it takes nothing from the group', async () => {
    const { run, inc, sum, item, broken } = setUp();
    broken.add('sum');
    const { id } = await run(() => chain(group([sum.s([1])]), inc.si(1)).applyAsync());
    expect(item(id)).toMatchObject({ state: 'FAILURE', error: { name: 'ChordError' } });
  });
});

describe('what can never be sent', () => {
  it('ends every later step, and the member arrives as failed', async () => {
    const { run, store, inc, length, states, item } = setUp();
    const long = 'x'.repeat(17_000);
    const { id } = await run(async () => {
      const handle = await chord([chain(inc.s(0), length.si(long), length.si(long))], states.s(), {
        onError: 'settle',
      }).applyAsync();
      for (const key of store.payloads.keys()) if (key.startsWith('steps#')) store.payloads.delete(key);
      return handle;
    });
    expect(item(`${id}.0.0.0`)).toMatchObject({ state: 'SUCCESS' });
    for (const step of [`${id}.0.0.1`, `${id}.0.0`]) {
      expect(item(step)).toMatchObject({ state: 'FAILURE', marked: true, error: { name: 'BarrierMissingError' } });
    }
    expect(item(id)?.value).toEqual(['FAILURE']);
  });
});

describe('the errback of a chain whose step can never be sent', () => {
  it('is called once, for that step', async () => {
    const { run, app, store, inc, length, item } = setUp();
    const said = app.task(
      'said',
      {},
      ({ id, error }: { readonly id: string; readonly error: { readonly name: string } }) => {
        return [id, error.name];
      },
    );
    const { id } = await run(async () => {
      const handle = await chain(inc.s(0), inc.s(), length.si('x'.repeat(17_000)))
        .linkError(said.s() as never)
        .applyAsync();
      for (const key of store.payloads.keys()) if (key.startsWith('steps#')) store.payloads.delete(key);
      return handle;
    });
    expect(item(`${id}.1.e0-0`)?.value).toEqual([`${id}.1`, 'BarrierMissingError']);
    expect([...store.items.keys()].filter((key) => key.includes('.e'))).toHaveLength(1);
  });
});

describe('a task that is replaced by what is too large to be sent', () => {
  it('fails where it says so, and does not come back for ever', async () => {
    const { run, app, length, dead, item, seconds } = setUp();
    const replaced = app.task('replaced', { bind: true }, (self): Promise<number> => {
      return self.replace(chain(length.s('x'.repeat(1_100_000)), length.si(''))) as never;
    });
    const { id } = await run(() => replaced.s().applyAsync());
    expect(item(id)).toMatchObject({ state: 'FAILURE', error: { name: 'TooLargeError' } });
    expect(dead()).toHaveLength(1);
    expect(seconds()).toBeLessThan(60);
  });
});

describe('revoke', () => {
  it('revokes everything below the id of a group, and what follows hears of it', async () => {
    const { run, app, inc, sum, item, pass } = setUp();
    const { id } = await run(async () => {
      const handle = await chord(group([inc.s(0), inc.s(1)]).set({ countdown: 30 }), sum.s()).applyAsync();
      await pass(1);
      await app.asyncResult(`${handle.id}.0`).revoke();
      return handle;
    });
    expect([item(`${id}.0.0`)?.state, item(`${id}.0.1`)?.state]).toEqual(['REVOKED', 'REVOKED']);
    expect(item(id)).toMatchObject({ state: 'FAILURE', error: { name: 'ChordError' } });
  });
});
