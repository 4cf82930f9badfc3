import { createTestApp } from 'celeriac/testing';
import { beforeEach, expect, it } from 'vitest';
import { app, askForReview, placeOrder, sendReceipt } from './app.ts';
import { mailer, SmtpError } from './mailer.ts';

beforeEach(() => {
  mailer.sent.length = 0;
});

it('sends a receipt', async () => {
  using test = createTestApp(app);
  await placeOrder.delay('A-1');
  await test.drain();
  expect(mailer.sent).toEqual(['receipt of A-1']);
});

it('asks for a review a week later', async () => {
  using test = createTestApp(app);
  await placeOrder.delay('A-1');
  await test.advance('6d');
  expect(mailer.sent).toEqual(['receipt of A-1']);
  await test.advance('1d');
  expect(mailer.sent).toEqual(['receipt of A-1', 'how was A-1?']);
});

it('gives results', async () => {
  using _test = createTestApp(app);
  const receipt = await sendReceipt.applyAsync(['A-1'], { countdown: '2h' });
  expect(await receipt.get()).toBe('sent A-1'); // two hours have passed
});

it('sends what belongs to an order', async () => {
  using test = createTestApp(app);
  await placeOrder.delay('A-1');
  await test.drain();
  const [review] = test.expectSent(askForReview, ['A-1']);
  expect(review).toMatchObject({ queue: 'emails', dueAt: new Date(test.now.getTime() + 7 * 86_400_000) });
  test.expectSent(sendReceipt, [expect.stringMatching(/^A-/)]);
  test.expectNotSent(sendReceipt, ['A-2']);
});

it('tries again when the mail server is busy', async () => {
  using test = createTestApp(app, {
    faults: { fail: { 'shop.sendReceipt': { attempts: 1, error: new SmtpError('421 busy') } } },
  });
  const receipt = await sendReceipt.delay('A-1');
  await test.drain();
  expect(await receipt.state()).toBe('RETRY');
  await test.advance('1m');
  expect(await receipt.get()).toBe('sent A-1');
});

it('keeps a receipt that cannot be sent, until somebody redrives it', async () => {
  using test = createTestApp(app, {
    faults: { fail: { 'shop.sendReceipt': { attempts: 3, error: new SmtpError('554 refused') } } },
  });
  const receipt = await sendReceipt.delay('A-1');
  await expect(receipt.get()).rejects.toThrow('554 refused');
  expect(test.deadLetters('emails')).toMatchObject([
    { task: 'shop.sendReceipt', args: ['A-1'], reason: 'exhausted', attempt: 2, error: { name: 'SmtpError' } },
  ]);
  test.redrive('emails');
  await test.drain();
  expect(await receipt.get()).toBe('sent A-1');
});

it('gives up a receipt that takes too long', async () => {
  using test = createTestApp(app, { faults: { slow: { task: 'shop.sendReceipt', by: '10m', times: 1 } } });
  const receipt = await sendReceipt.delay('A-1');
  await test.drain();
  expect(await receipt.error()).toMatchObject({ code: 'TIME_LIMIT_EXCEEDED' });
});

it('answers for an order that a worker died over', async () => {
  using test = createTestApp(app, { faults: { crash: { before: 'acknowledge', times: 1 } } });
  const receipt = await sendReceipt.delay('A-1');
  await test.finish();
  expect(mailer.sent).toEqual(['receipt of A-1']); // its end was stored, so it did not run again
  expect(await receipt.get()).toBe('sent A-1');
});

it.each([1, 2, 3, 4, 5])('loses no receipt, whatever happens: seed %i', async (seed) => {
  const often = { probability: 0.1 };
  using test = createTestApp(app, {
    seed,
    faults: {
      crash: [
        { before: 'store', ...often },
        { after: 'store', ...often },
        { before: 'acknowledge', ...often },
      ],
      duplicate: often,
      reorder: often,
      throttle: often,
    },
  });
  const orders = Array.from({ length: 20 }, (_, i) => `A-${i}`);
  const receipts = await Promise.all(orders.map((order) => sendReceipt.delay(order)));
  await test.finish();
  const given = await Promise.all(receipts.map((receipt) => receipt.successful()));
  const dead = test.deadLetters('emails').map(({ args: [order] }) => order); // its workers died three times in a row
  expect(orders.filter((order, i) => !given[i] && !dead.includes(order))).toEqual([]);
});
