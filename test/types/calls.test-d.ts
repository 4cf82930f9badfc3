import type { AsyncResult } from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import { app, fetchRows, ids, inc, onFail, ping, type Row, shout } from './tasks.ts';

describe('delay and applyAsync', () => {
  it('give a handle of the result', () => {
    expectTypeOf(inc.delay(42)).toEqualTypeOf<Promise<AsyncResult<number>>>();
    expectTypeOf(
      fetchRows.applyAsync([42], { countdown: 60, queue: 'digest', expires: '1d', headers: { a: 'b' } }),
    ).toEqualTypeOf<Promise<AsyncResult<Row[]>>>();
    expectTypeOf<AsyncResult<Row[]>['get']>().returns.toEqualTypeOf<Promise<Row[]>>();
  });

  it('leave out what is not needed', () => {
    void ping.applyAsync();
    void ping.applyAsync([], { countdown: 1 });
    void app.task('maybe', {}, (a?: string) => a ?? '').applyAsync();
  });

  it('take every option', () => {
    void inc.applyAsync([1], { eta: new Date(), expires: new Date(), taskId: 'a', ignoreResult: true });
    void inc.applyAsync([1], { eta: '2026-05-01T10:00:00Z', maxRetries: null, timeLimit: '1m', softTimeLimit: 30 });
  });

  it('refuse wrong arguments', () => {
    // @ts-expect-error number, not string
    inc.delay('42');
    // @ts-expect-error missing
    inc.delay();
    // @ts-expect-error too many
    inc.delay(1, 2);
    // @ts-expect-error number, not string
    inc.applyAsync(['42']);
    // @ts-expect-error missing
    inc.applyAsync();
    // @ts-expect-error excess property
    ids.delay([{ id: 1, typo: 2 }]);
  });

  it('refuse wrong options', () => {
    // @ts-expect-error queue 'digset'
    inc.applyAsync([42], { queue: 'digset' });
    // @ts-expect-error either countdown or eta
    inc.applyAsync([42], { countdown: 5, eta: new Date() });
    // @ts-expect-error countdwn
    inc.applyAsync([42], { countdwn: 5 });
    // @ts-expect-error '5 minutes'
    inc.applyAsync([42], { countdown: '5 minutes' });
    // @ts-expect-error a header is a text
    inc.applyAsync([42], { headers: { tenant: 5 } });
    // @ts-expect-error priority: queues of their own instead
    inc.applyAsync([42], { priority: 5 });
  });

  it('take typed links', () => {
    void fetchRows.applyAsync([1], { link: ids.s(), linkError: onFail.s('#ops') });
    void fetchRows.applyAsync([1], { link: [ids.s(), ping.si()] });
    // @ts-expect-error shout takes a string
    fetchRows.applyAsync([1], { link: shout.s() });
    // @ts-expect-error shout is no errback
    fetchRows.applyAsync([1], { linkError: shout.s() });
    // @ts-expect-error one of them takes a string
    fetchRows.applyAsync([1], { link: [ids.s(), shout.s()] });
  });
});

describe('a handle', () => {
  it('tells by its state what there is', async () => {
    const status = await (await fetchRows.delay(1)).read();
    switch (status.state) {
      case 'SUCCESS':
        expectTypeOf(status.value).toEqualTypeOf<Row[]>();
        expectTypeOf(status.dateDone).toEqualTypeOf<Date>();
        break;
      case 'FAILURE':
      case 'REVOKED':
        expectTypeOf(status.error.code).toEqualTypeOf<string>();
        break;
      case 'RETRY':
        expectTypeOf(status.nextAt).toEqualTypeOf<Date | undefined>();
        break;
      case 'CUSTOM':
        expectTypeOf(status.name).toEqualTypeOf<string>();
        break;
      case 'PENDING':
      case 'STARTED':
      case 'IGNORED':
        // @ts-expect-error there is no value
        void status.value;
        break;
      default:
        expectTypeOf(status).toEqualTypeOf<never>();
    }
  });

  it('is covariant in its result', () => {
    const narrow = null as unknown as AsyncResult<number>;
    const wide: AsyncResult<number | string> = narrow;
    // @ts-expect-error a text is no number
    const wrong: AsyncResult<number> = wide;
    void wrong;
  });

  it('answers by promises', async () => {
    const handle = await inc.delay(1);
    // @ts-expect-error a promise is always truthy
    if (handle.ready()) return;
    // @ts-expect-error '1 minute'
    await handle.get({ timeout: '1 minute' });
    expectTypeOf(await handle.result()).toEqualTypeOf<number | undefined>();
  });
});
