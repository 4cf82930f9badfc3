import { ChordError, chain, chord, group } from 'celeriac';
import { createTestApp } from 'celeriac/testing';
import { expect, it } from 'vitest';
import { app, check, importAll, importFile, read, report, save, sum, tell } from './app.ts';

/** The first attempt of `imports.check` fails, for every file or for some. */
const badFiles = (...files: string[]) => ({
  fail: {
    'imports.check': {
      attempts: 1,
      error: new RangeError('line 2 is odd'),
      when: (lines: unknown) => files.some((file) => String(lines).startsWith(file)),
    },
  },
});

/** How often each task ran to its end. */
const runs = (test: ReturnType<typeof createTestApp>) =>
  Object.groupBy(
    test.events().flatMap((event) => (event.kind === 'succeeded' ? [event.task] : [])),
    (task) => task,
  );

it('ends a chain with the error of the step that failed', async () => {
  using test = createTestApp(app, { faults: badFiles('a.csv') });
  const saved = await importFile('a.csv').delay();
  await expect(saved.get()).rejects.toThrow('line 2 is odd');
  expect(await saved.state()).toBe('FAILURE'); // the last step, which never ran
  expect(await saved.parent?.state()).toBe('FAILURE'); // the one that failed
  expect(await saved.parent?.parent?.state()).toBe('SUCCESS');
  test.expectNotSent(save);
  expect(test.deadLetters()).toMatchObject([{ task: 'imports.check', reason: 'permanent' }]); // one, not two
});

it('lets all members run, and names those that failed', async () => {
  using test = createTestApp(app, { faults: badFiles('b.csv') });
  const lines = await importAll(['a.csv', 'b.csv', 'empty.csv', 'd.csv']).delay();
  const error = await lines.get().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ChordError);
  expect((error as ChordError).failures).toMatchObject([
    { index: 1, state: 'FAILURE', error: 'RangeError: line 2 is odd' },
    { index: 2, state: 'FAILURE', error: expect.stringContaining('TaskIgnoredError') },
  ]);
  expect(await app.groupResult(lines.parent?.id ?? '').completedCount()).toBe(2);
  expect(test.deadLetters()).toMatchObject([{ task: 'imports.check', id: `${lines.id}.0.1` }]);
});

it('calls an errback once for a chain or a chord, and for a group once a member', async () => {
  using test = createTestApp(app, { faults: badFiles('a.csv', 'b.csv') });
  await importFile('a.csv').linkError(tell.s()).delay();
  await importAll(['a.csv', 'b.csv', 'c.csv']).linkError(tell.s()).delay();
  await group([importFile('a.csv'), importFile('b.csv'), importFile('c.csv')])
    .linkError(tell.s())
    .delay();
  await test.drain();
  const failures = test.sent(tell).map(({ args: [failure] }) => failure as { task: string; error: { name: string } });
  expect(failures.map(({ task, error }) => `${task} ${error.name}`).sort()).toEqual([
    'imports.check RangeError', // of the chain
    'imports.check RangeError', // of the group, twice
    'imports.check RangeError',
    'imports.sum ChordError', // of the chord: its body could not run
  ]);
});

it('gives a body that bears failures a slot for each member', async () => {
  using _test = createTestApp(app, { faults: badFiles('b.csv') });
  const files = ['a.csv', 'b.csv', 'c.csv'].map((file) => chain(read.s(file), check.s()));
  const reported = await chord(files, report.s(), { onError: 'settle' }).delay();
  expect(await reported.get()).toEqual({ lines: 4, problems: ['FAILURE: line 2 is odd'] });
});

it('bears as many failures as it is told to', async () => {
  using _test = createTestApp(app, { faults: badFiles('b.csv', 'c.csv') });
  const files = ['a.csv', 'b.csv', 'c.csv'].map((file) => chain(read.s(file), check.s()));
  const oneIsEnough = await chord(files, report.s(), { onError: { atLeast: 1 } }).delay();
  const oneMayFail = await chord(files, report.s(), { onError: { maxFailures: 1 } }).delay();
  expect(await oneIsEnough.get()).toMatchObject({ lines: 2 });
  await expect(oneMayFail.get()).rejects.toMatchObject({ code: 'CHORD', failures: [{ index: 1 }, { index: 2 }] });
});

it('is cancelled as a whole', async () => {
  using test = createTestApp(app);
  const lines = await importAll(['a.csv', 'b.csv']).linkError(tell.s()).applyAsync([], { countdown: '1h' });
  await lines.revoke();
  await test.finish();
  expect(await lines.state()).toBe('REVOKED');
  expect(runs(test)).toEqual({});
  test.expectNotSent(tell);
  expect(test.deadLetters()).toEqual([]); // so there is nothing to redrive
});

it('fails a chord for a member that is revoked', async () => {
  using test = createTestApp(app);
  const lines = await importAll(['a.csv', 'b.csv']).linkError(tell.s()).delay();
  await app.asyncResult(`${lines.id}.0.1`).revoke();
  await test.finish();
  expect(await lines.error()).toMatchObject({ code: 'CHORD', failures: [{ index: 1, state: 'REVOKED' }] });
  expect(test.sent(tell)).toHaveLength(1);
});

it('revokes what follows a step that has expired', async () => {
  using test = createTestApp(app, { faults: { throttle: { times: 1 } } }); // so that it comes a minute late
  const saved = await chain(read.s('a.csv').set({ expires: '30s' }), check.s(), save.s()).delay();
  await test.finish();
  expect([await saved.state(), await saved.parent?.state()]).toEqual(['REVOKED', 'REVOKED']);
});

it('resumes a chain where it failed', async () => {
  using test = createTestApp(app, { faults: badFiles('a.csv') });
  const saved = await importFile('a.csv').delay();
  await test.finish();
  expect(await saved.state()).toBe('FAILURE');
  test.redrive(); // as `celeriac dlq redrive --all` does, or the console
  await test.finish();
  expect(await saved.get()).toBe('2 saved');
  expect(test.sent(read)).toHaveLength(1); // what had succeeded did not run again
});

it('resumes a chord once its last member is there', async () => {
  using test = createTestApp(app, { faults: badFiles('b.csv', 'c.csv') });
  const lines = await importAll(['a.csv', 'b.csv', 'c.csv']).delay();
  await test.finish();
  expect(await lines.error()).toMatchObject({ failures: [{ index: 1 }, { index: 2 }] });
  test.redrive();
  await test.finish();
  expect(await lines.get()).toBe(6);
  expect(runs(test)['imports.sum']).toHaveLength(1); // the body has run once
});

it('does not run a body again that has succeeded', async () => {
  using test = createTestApp(app, { faults: badFiles('b.csv') });
  const files = ['a.csv', 'b.csv'].map((file) => chain(read.s(file), check.s()));
  const reported = await chord(files, report.s(), { onError: 'settle' }).delay();
  await test.finish();
  test.redrive();
  await test.finish();
  expect(await reported.get()).toMatchObject({ lines: 2 }); // as it was
  expect(await app.groupResult(reported.parent?.id ?? '').get()).toEqual([2, 2]); // the member has its result now
});

it('takes a failed body up again by itself', async () => {
  using test = createTestApp(app, {
    faults: { fail: { 'imports.sum': { attempts: 1, error: new Error('no table') } } },
  });
  const lines = await importAll(['a.csv', 'b.csv']).pipe(save.s()).delay();
  await expect(lines.get()).rejects.toThrow('no table');
  expect(test.deadLetters()).toMatchObject([{ task: sum.name, reason: 'permanent' }]);
  test.redrive();
  await test.finish();
  expect(await lines.get()).toBe('4 saved');
  expect(runs(test)['imports.read']).toHaveLength(2); // no member ran again
});
