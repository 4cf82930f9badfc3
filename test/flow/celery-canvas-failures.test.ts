import { ChordError, chain, chord, type GroupResult, group, type RemoteError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '../support/celery-rows-failures.ts';
import { MORE_FAILURES, TOLERANT } from '../support/celery-rows-more-failures.ts';
import { BOOM, celeryRows, celeryWorld, membersOf } from '../support/celery-world.ts';

celeryRows('failures', FAILURES);
celeryRows('failures beyond the sample', MORE_FAILURES);
celeryRows('chords that bear failures', TOLERANT);

describe('a group that fails', () => {
  it('91: propagate: false gives the error in its place, and the handle tells how it stands', async () => {
    const { t, send, run } = celeryWorld();
    const canvas = group([t.add.s(1, 1), t.fail.s(1), t.add.s(2, 2)]);
    const handle = (await send(canvas)) as GroupResult<unknown[]>;
    expect(await run(() => handle.get({ propagate: false }))).toMatchObject([2, BOOM, 4]);
    const flags = await run(async () => ({
      ready: await handle.ready(),
      successful: await handle.successful(),
      failed: await handle.failed(),
      waiting: await handle.waiting(),
      completed: await handle.completedCount(),
      state: await handle.state(),
    }));
    expect(flags).toEqual({
      ready: true,
      successful: false,
      failed: true,
      waiting: false,
      completed: 2,
      state: 'FAILURE',
    });
  });

  it('gives the error of the first by its place, not of the first in time', async () => {
    const { app, t, send, run } = celeryWorld();
    const late = app.task('late-fail', {}, async () => {
      throw new RangeError('late');
    });
    const handle = await send(group([late.s().set({ countdown: 5 }), t.fail.si()]));
    await expect(run(() => handle.get())).rejects.toMatchObject({ name: 'RangeError' });
  });
});

describe('a ChordError', () => {
  it('is one of ours, names the members in its text, and is told to every step behind', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chain(chord([t.id.s(1), t.fail.si(), t.fail.si()], t.id.s()), t.id.s()));
    const header = `${handle.id}.0.0`;
    const error = (await run(() => handle.error())) as ChordError;
    expect(error).toBeInstanceOf(ChordError);
    expect(error.message).toBe(`2 of 3 members did not succeed: member 1 is FAILURE, E: boom (group ${header})`);
    expect(error.failures).toEqual(
      [1, 2].map((i) => ({ index: i, id: `${header}.${i}`, state: 'FAILURE', error: 'E: boom' })),
    );
    expect(await run(async () => handle.parent?.error())).toMatchObject({ failures: error.failures });
  });

  it('names a hundred members at most, and counts them all', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(
      chord(
        Array.from({ length: 120 }, () => t.fail.si()),
        t.id.s(),
      ),
    );
    const error = (await run(() => handle.error())) as ChordError;
    expect([error.failures.length, error.message]).toEqual([100, expect.stringMatching(/^120 of 120 members/)]);
  });

  it('112: class, message, cause and stack of a member’s error are to be had from its own handle', async () => {
    const { app, t, send, run } = celeryWorld();
    const broken = app.task('broken', {}, (): number => {
      throw Object.assign(new RangeError('a', { cause: new TypeError('b') }), { code: 'E3' });
    });
    const handle = await send(chord([t.id.s(1), broken.s()], t.id.s()));
    const member = membersOf(handle.parent as GroupResult<unknown[]>)?.[1];
    const error = (await run(async () => member?.error())) as RemoteError;
    expect(error).toMatchObject({ name: 'RangeError', message: 'a', code: 'E3', cause: { name: 'TypeError' } });
    expect(error.remoteStack).toContain('celery-canvas-failures.test.ts');
  });
});

describe('handles of what never ran', () => {
  it('read the failure above them, also those that are made of an id', async () => {
    const { app, t, send, run } = celeryWorld();
    const inner = () => chord([t.id.s(), group([t.id.s(), chain(t.id.s(), t.id.s())])], t.id.s());
    const { id } = await send(chain(t.fail.si(), inner(), t.id.s()));
    const below = ['0', '1', '1.0.0', '1.0.1', '1.0.1.0.0', '1.0.1.0.1', '1.0.1.0.1.0'].map((path) => `${id}.${path}`);
    const errors = await run(() => Promise.all(below.map((one) => app.asyncResult(one).error())));
    expect(errors).toMatchObject(below.map(() => BOOM));
  });

  it('105: a header that never began lists its members as failed', async () => {
    const { t, send, run } = celeryWorld();
    const handle = await send(chain(t.fail.si(), group([t.id.s(), t.id.s()]), t.tsum.s()));
    const header = handle.parent as GroupResult<unknown[]>;
    expect(await run(() => header.get({ propagate: false }))).toMatchObject([BOOM, BOOM]);
    const reports: unknown[] = [];
    await run(async () => {
      for await (const { index, state } of header.members()) reports.push([index, state]);
    });
    expect(reports).toEqual([
      [0, 'FAILURE'],
      [1, 'FAILURE'],
    ]);
  });
});

describe('a dead letter that is moved back', () => {
  it('resumes a chain at the step that failed', async () => {
    const { app, t, send, run, redrive, log } = celeryWorld();
    let healed = false;
    const flaky = app.task('flaky', {}, (x: number) => {
      if (!healed) throw new RangeError('not yet');
      return x;
    });
    const handle = await send(chain(t.rec.s(1, 'first'), flaky.s(), group([t.add.s(1), t.add.s(2)]), t.tsum.s()));
    expect(await run(() => handle.state())).toBe('FAILURE');
    healed = true;
    redrive();
    await run(async () => {});
    expect(await run(() => handle.get())).toBe(5);
    expect(log).toEqual(['first:1']);
  });

  it('calls no errback twice, and a link once at last', async () => {
    const { app, t, send, redrive, run, log } = celeryWorld();
    let runs = 0;
    const flaky = app.task('flaky', {}, (x: number) => {
      runs += 1;
      if (runs < 3) throw new RangeError('not yet');
      return x;
    });
    await send(chain(flaky.s(1), t.id.s()).link(t.rec.s('done')).linkError(t.eb.s()));
    redrive();
    await run(async () => {});
    redrive();
    await run(async () => {});
    expect(log).toEqual(['eb:flaky:RangeError', 'eb:flaky:RangeError', 'done:1']); // one for each round that fails
  });
});
