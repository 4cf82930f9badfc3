import { chord, createApp, type TaskFailure } from 'celeriac';
import * as z from 'zod';

export const app = createApp('reports', { queues: { default: {}, slow: { maxConcurrency: 5 } } });

/** What a shop sold, in cents. */
export const fetchSales = app.task('reports.fetchSales', { args: z.tuple([z.string(), z.int()]) }, async (shop, year) =>
  Array.from({ length: 3 }, (_, i) => shop.length * 100 + (year % 100) + i),
);

export const sum = app.task('reports.sum', {}, async (numbers: number[]) => numbers.reduce((all, one) => all + one, 0));

export const format = app.task('reports.format', {}, async (cents: number, title: string) => {
  return `${title}: ${(cents / 100).toFixed(2)}`;
});

export const list = app.task('reports.list', {}, async (lines: string[]) => lines.join('\n'));

export const mail = app.task('reports.mail', {}, async (text: string, to: string) => `to ${to}: ${text}`);

export const clearCache = app.task('reports.clearCache', {}, async () => {});

export const tell = app.task('reports.tell', { bind: true }, async (self, failure: TaskFailure) => {
  self.log.warn(`${failure.task} failed`, { id: failure.id, why: failure.error.message });
});

/** Either a number at once, or as many tasks as it takes. */
export const range = app.task(
  'reports.range',
  { bind: true },
  async (self, from: number, to: number): Promise<number> => {
    if (to - from < 10) return to - from;
    const middle = Math.floor((from + to) / 2);
    return self.replace(chord([range.s(from, middle), range.s(middle, to)], sum.s()));
  },
);
