import { createApp } from 'celeriac';
import { mailer, SmtpError } from './mailer.ts';

export const app = createApp('shop', { queues: { default: {}, emails: {} } });

export const sendReceipt = app.task(
  'shop.sendReceipt',
  { queue: 'emails', autoretryFor: [SmtpError], retryBackoff: 60, retryJitter: false, maxRetries: 2, timeLimit: '30s' },
  async (orderId: string) => {
    await mailer.send(`receipt of ${orderId}`);
    return `sent ${orderId}`;
  },
);

export const askForReview = app.task('shop.askForReview', { queue: 'emails' }, async (orderId: string) => {
  await mailer.send(`how was ${orderId}?`);
});

export const placeOrder = app.task('shop.placeOrder', {}, async (orderId: string) => {
  await sendReceipt.delay(orderId);
  await askForReview.applyAsync([orderId], { countdown: '7d' });
});

const PRICES: Readonly<Record<string, number>> = { tea: 5, cup: 7 };

export const priceOf = app.task('shop.priceOf', {}, async (item: string) => PRICES[item] ?? 0);

export const addUp = app.task('shop.addUp', {}, async (prices: number[]) => prices.reduce((a, b) => a + b, 0));
