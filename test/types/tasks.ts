import { createApp, type TaskFailure } from 'celeriac';
import * as z from 'zod';

// The app and the tasks that the type tests use; nothing here runs.

export class SmtpError extends Error {}
export type Row = { id: number; name: string };
export type Q = 'default' | 'digest' | 'payments';

export const app = createApp('digest', {
  queues: { default: {}, digest: { maxConcurrency: 50, batchSize: 10 }, payments: {} },
  taskRoutes: { 'digest.*': { queue: 'digest' } },
  taskDefaults: { queue: 'default', maxRetries: 3 },
});

export const fetchRows = app.task(
  'fetchRows',
  { args: z.tuple([z.int()]) },
  async (id): Promise<Row[]> => [{ id, name: 'x' }],
);
export const ids = app.task('ids', {}, (rows: { id: number }[]) => rows.map((row) => row.id));
export const save = app.task('save', {}, async (values: number[], table: string) => values.length + table.length);
export const sum = app.task('sum', {}, (xs: number[]) => xs.reduce((a, b) => a + b, 0));
export const inc = app.task('inc', {}, (n: number) => n + 1);
export const show = app.task('show', {}, (n: number) => String(n));
export const shout = app.task('shout', {}, (s: string) => s.toUpperCase());
export const ping = app.task('ping', {}, () => 'pong');
export const three = app.task('three', {}, (a: number, b: string, c: { deep: boolean }) => [a, b, c.deep].join());
export const onFail = app.task(
  'onFail',
  {},
  (failure: TaskFailure, channel: string) => `${channel}: ${failure.error.message}`,
);
