import { createApp } from 'celeriac';
import { createTestApp, type TestApp } from 'celeriac/testing';
import { expectTypeOf, it } from 'vitest';

const app = createApp('types', { queues: { mails: {} } });

it('knows the queues of the app', () => {
  const test = createTestApp(app);
  expectTypeOf(test).toEqualTypeOf<TestApp<'mails' | 'default'>>();
  test.deadLetters('mails');
  // @ts-expect-error the app has no such queue
  test.deadLetters('mail');
  // @ts-expect-error the app has no such queue
  test.redrive('mail');
});

it('takes a fault only with how often it happens', () => {
  createTestApp(app, { faults: { crash: { before: 'store', times: 1 }, duplicate: { probability: 0.5 } } });
  createTestApp(app, { faults: { slow: [{ task: 'send', by: '2m', times: 1 }] } });
  // @ts-expect-error how often?
  createTestApp(app, { faults: { crash: { before: 'store' } } });
  // @ts-expect-error nothing is left to lose after it
  createTestApp(app, { faults: { crash: { after: 'acknowledge', times: 1 } } });
  // @ts-expect-error by how much?
  createTestApp(app, { faults: { slow: { task: 'send', times: 1 } } });
});

it('takes only an app', () => {
  // @ts-expect-error this is none
  createTestApp({ name: 'types' });
});
