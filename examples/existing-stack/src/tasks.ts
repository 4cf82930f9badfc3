import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { chain } from 'celeriac';
import * as z from 'zod';
import { app } from './app.ts';
import { call, RETRIED, setting } from './http.ts';
import { charge } from './payments/tasks.ts';

/** What the API sends: the customer pays, then is told. Its id stands for both. */
export const place = app.task(
  'orders.place',
  { bind: true, args: z.tuple([z.string(), z.int()]) },
  async (self, order, cents) => self.replace(chain(charge.s(order, cents), confirm.s(order))),
);

export const confirm = app.task('orders.confirm', RETRIED, async (receipt: string, order: string) => {
  await call('/mails', { method: 'POST', body: JSON.stringify({ order, receipt }) });
});

/** Reads what a supplier has uploaded: lines of `sku,pieces`. */
export const importStock = app.task('stock.import', { ...RETRIED, args: z.tuple([z.string()]) }, async (key) => {
  const { Body } = await new S3Client().send(new GetObjectCommand({ Bucket: setting('UPLOADS'), Key: key }));
  const text = (await Body?.transformToString()) ?? '';
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  await Promise.all(lines.map(([sku = '', pieces]) => setStock.delay(sku, Number(pieces))));
  return lines.length;
});

/** Sent for each line of such a file, and by the warehouse's topic. */
export const setStock = app.task(
  'stock.set',
  { ...RETRIED, args: z.tuple([z.string().min(1), z.int().nonnegative()]) },
  async (sku, pieces) => {
    await call(`/stock/${sku}`, { method: 'PUT', body: JSON.stringify({ pieces }) });
  },
);
