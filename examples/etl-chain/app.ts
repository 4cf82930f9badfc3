import { setImmediate } from 'node:timers/promises';
import { chain, createApp } from 'celeriac';
import * as z from 'zod';

/** Extract, transform, load: three steps, each with its predecessor's result as its first argument. */
export const app = createApp('etl', { queues: { default: {}, warehouse: { maxConcurrency: 2 } } });

interface Sale {
  country: string;
  cents: number;
}

export class ShopBusy extends Error {
  override name = 'ShopBusy';
}

/** What a shop exports at night. A line that cannot be read is left out, and told. */
export const extract = app.task(
  'etl.extract',
  { args: z.tuple([z.iso.date()]), bind: true, autoretryFor: [ShopBusy], retryBackoff: true },
  async (self, day): Promise<Sale[]> => {
    const lines = (await exportOf(day)).split('\n').map((line) => line.split(','));
    const sales = lines.map(([country = '', cents]) => ({ country, cents: Number(cents) }));
    const good = sales.filter(({ country, cents }) => country !== '' && Number.isInteger(cents));
    if (good.length < sales.length) self.log.warn('lines left out', { lines: sales.length - good.length });
    return good;
  },
);

/** The sum of each country. */
export const transform = app.task('etl.transform', {}, async (sales: Sale[]) => {
  const totals: Record<string, number> = {};
  for (const { country, cents } of sales) totals[country] = (totals[country] ?? 0) + cents;
  return totals;
});

/** Replaces the day's rows: running it twice does no harm. */
export const load = app.task(
  'etl.load',
  { queue: 'warehouse' },
  async (totals: Record<string, number>, table: string, day: string) => {
    warehouse.set(`${table}/${day}`, totals);
    return { table, day, rows: Object.keys(totals).length };
  },
);

/** The whole as one value: nothing runs before it is sent. */
export const etl = (day: string) => chain(extract.s(day), transform.s(), load.s('sales', day));

/** Sends it from a task, for `celeriac call etl.start 2026-05-01`; gives the id for `celeriac graph`. */
export const start = app.task('etl.start', {}, async (day: string) => (await etl(day).delay()).id);

/** These stand for a shop's export and a data warehouse. */
export const warehouse = new Map<string, object>();
async function exportOf(_day: string): Promise<string> {
  await setImmediate();
  return 'DE,1990\nFR,2500\nDE,3010\n???\nIT,800';
}
