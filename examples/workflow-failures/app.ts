import { chain, chord, createApp, Ignore, type Settled, type TaskFailure } from 'celeriac';

export const app = createApp('imports', { queues: { default: {}, files: {} } });

/** Gives the lines of a file; a file that holds none is left out. */
export const read = app.task('imports.read', { queue: 'files' }, async (file: string) => {
  if (file === 'empty.csv') throw new Ignore();
  return [`${file}:1`, `${file}:2`];
});

export const check = app.task('imports.check', {}, async (lines: string[]) => lines.length);

export const save = app.task('imports.save', {}, async (lines: number) => `${lines} saved`);

export const sum = app.task('imports.sum', {}, async (lines: number[]) => lines.reduce((all, one) => all + one, 0));

/** The body of a chord that bears failures: what it gets says of each member how it ended. */
export const report = app.task('imports.report', {}, async (files: Settled<number>[]) => ({
  lines: files.reduce((all, file) => all + (file.status === 'SUCCESS' ? file.value : 0), 0),
  problems: files.flatMap((file) => (file.status === 'SUCCESS' ? [] : [`${file.status}: ${file.error.message}`])),
}));

/** An errback: a task like any other, called with the failure. */
export const tell = app.task('imports.tell', { bind: true, maxRetries: 10 }, async (self, failure: TaskFailure) => {
  self.log.warn('import failed', {
    id: failure.id,
    task: failure.task,
    args: failure.args,
    why: failure.error.message,
  });
});

/** One file: three steps. */
export const importFile = (file: string) => chain(read.s(file), check.s(), save.s());

/** All files, each read and checked in two steps, and behind them the sum. */
export const importAll = (files: readonly string[]) =>
  chord(
    files.map((file) => chain(read.s(file), check.s())),
    sum.s(),
  );
