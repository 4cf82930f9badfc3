import { chain, chord, group, type Signature, type SignatureJson, signatureFrom } from 'celeriac';
import { createTestApp } from 'celeriac/testing';
import { expect, it } from 'vitest';
import { app, clearCache, fetchSales, format, list, mail, range, sum, tell } from './app.ts';

const shops = ['Rome', 'Oslo', 'Genoa'];
const isEmpty = (numbers: unknown) => Array.isArray(numbers) && numbers.length === 0;

it('hands each result to the next step', async () => {
  using _test = createTestApp(app);
  const report = await chain(fetchSales.s('Rome', 2026), sum.s(), format.s('Rome')).delay();
  expect(await report.get()).toBe('Rome: 12.81');
});

it('runs side by side and gives the list', async () => {
  using _test = createTestApp(app);
  const sales = await group(shops.map((shop) => fetchSales.s(shop, 2026))).delay();
  expect(await sales.get()).toEqual([
    [426, 427, 428],
    [426, 427, 428],
    [526, 527, 528],
  ]);
});

it('goes on once all of a group are there', async () => {
  using _test = createTestApp(app);
  const lines = shops.map((shop) => chain(fetchSales.s(shop, 2026), sum.s(), format.s(shop)));
  const report = await chord(lines, list.s()).delay();
  expect(await report.get()).toBe('Rome: 12.81\nOslo: 12.81\nGenoa: 15.81');
});

it('is typed by position', async () => {
  using _test = createTestApp(app);
  const pair = await group([sum.s([1, 2]), format.s(500, 'five')]).delay();
  const [three, five] = await pair.get(); // number, string
  expect(three.toFixed(1) + five.toUpperCase()).toBe('3.0FIVE: 5.00');
});

it('calls a task for each item of a list', async () => {
  using test = createTestApp(app);
  const mapped = await sum.map([[1, 2], [3]]).delay(); // one message, which calls sum twice
  const titles = ['a', 'b', 'c'].map((title): [number, string] => [100, title]);
  const each = await format.starmap(titles).delay(); // one message; each item is a list of arguments
  const chunked = await format.chunks(titles, 2).delay(); // a group of two such messages
  expect(await mapped.get()).toEqual([3, 3]);
  expect(await each.get()).toEqual(['a: 1.00', 'b: 1.00', 'c: 1.00']);
  expect(await chunked.get()).toEqual([['a: 1.00', 'b: 1.00'], ['c: 1.00']]);
  expect([test.sent(sum).length, test.sent(format).length]).toEqual([1, 3]);
});

it('binds the last arguments', async () => {
  using _test = createTestApp(app);
  const of2026 = fetchSales.s(2026); // still takes the shop
  const report = await chain(of2026, sum.s()).delay('Rome'); // whoever sends it gives the rest
  expect(await report.get()).toBe(1281);
  const both = await group([format.s('total'), format.s('sum')]).delay(500); // every member gets it
  expect(await both.get()).toEqual(['total: 5.00', 'sum: 5.00']);
});

it('takes nothing where all is bound', async () => {
  using _test = createTestApp(app);
  const report = await chain(sum.s([1, 2]), clearCache.si(), format.si(700, 'seven')).delay();
  expect(await report.get()).toBe('seven: 7.00');
});

it('grows by pipe', async () => {
  using _test = createTestApp(app);
  const total = fetchSales.s('Rome', 2026).pipe(sum.s()); // a chain of two
  const report = total.pipe(format.s('Rome')).pipe(mail.s('ann@example.org')); // of four; `total` stays as it was
  expect(await (await report.delay()).get()).toBe('to ann@example.org: Rome: 12.81');
  const all = group([sum.s([1]), sum.s([2])]).pipe(sum.s()); // what stands behind a group gets its list
  expect(await (await all.delay()).get()).toBe(3);
});

it('takes options for all that is inside', async () => {
  using test = createTestApp(app);
  const report = chord([fetchSales.s('Rome', 2026).pipe(sum.s().set({ queue: 'default' }))], sum.s());
  await report.set({ queue: 'slow', expires: '1d' }).applyAsync([], { countdown: '1h' });
  const [first] = test.sent(fetchSales);
  expect(first).toMatchObject({ queue: 'slow', dueAt: new Date('2026-01-01T01:00:00Z') });
  await test.finish();
  expect(test.sent(sum).map(({ queue }) => queue)).toEqual(['default', 'slow']); // the header's own wins; the body's
  expect(test.now).toEqual(new Date('2026-01-01T01:00:00Z')); // an hour once, not at each step
});

it('sends links and errbacks', async () => {
  using test = createTestApp(app, {
    faults: { fail: { 'reports.sum': { attempts: 1, error: new Error('odd'), when: isEmpty } } },
  });
  const report = chain(sum.s(), format.s('sum'));
  await report.link(mail.s('ann@example.org')).linkError(tell.s()).delay([1, 2]);
  await report.applyAsync([[]], { link: clearCache.si(), linkError: [tell.s()] }); // fails
  await test.drain();
  test.expectSent(mail, ['sum: 0.03', 'ann@example.org']);
  test.expectSent(tell, [expect.objectContaining({ task: 'reports.sum', args: [[]] })]);
  test.expectNotSent(clearCache);
});

it('sends a stream while it is read', async () => {
  using test = createTestApp(app);
  async function* everyShop() {
    for (const shop of shops) yield fetchSales.s(shop, 2026).pipe(sum.s()); // rows of a database, pages of an API …
  }
  const total = await chord(everyShop(), sum.s()).delay();
  expect(await total.get()).toBe(1281 + 1281 + 1581);
  expect(test.sent(fetchSales)).toHaveLength(3);
});

it('reads a stream once', async () => {
  using _test = createTestApp(app);
  function* twoSums() {
    yield sum.s([1]);
    yield sum.s([2]);
  }
  const once = group(twoSums());
  await once.delay();
  await expect(once.delay()).rejects.toMatchObject({ code: 'STREAM_USED' });
});

it('keeps the shape that is written', async () => {
  using _test = createTestApp(app);
  const resultOf = async (canvas: Signature<[], unknown>) => (await canvas.delay()).get();
  expect(await resultOf(group([sum.s([1])]))).toEqual([1]);
  expect(await resultOf(group([]))).toEqual([]);
  expect(await resultOf(group([group([sum.s([1]), sum.s([2])]), sum.s([3])]))).toEqual([[1, 2], 3]);
  expect(await resultOf(group([chain(sum.s([1]), format.s('a')), sum.s([2])]))).toEqual(['a: 0.01', 2]);
  expect(await resultOf(group([chord([sum.s([1])], sum.s()), sum.s([2])]))).toEqual([1, 2]);
  expect(await resultOf(chord([], sum.s()))).toBe(0);
});

it('is replaced by a canvas, as often as it takes', async () => {
  using test = createTestApp(app);
  const counted = await range.delay(0, 35);
  expect(await counted.get()).toBe(35);
  expect(test.sent(range)).toHaveLength(7);
});

it('is replaced where it stands', async () => {
  using _test = createTestApp(app);
  const report = await chain(chord([range.s(0, 25), range.s(0, 3)], sum.s()), format.s('all')).delay();
  expect(await report.get()).toBe('all: 0.28');
});

it('leads to every part', async () => {
  using _test = createTestApp(app);
  const lines = shops.map((shop) => fetchSales.s(shop, 2026).pipe(sum.s()));
  const report = await chord(lines, sum.s()).pipe(format.s('all')).delay();
  expect(await report.get()).toBe('all: 41.43');
  const body = report.parent; // the step before
  const header = body?.parent; // a GroupResult
  expect(await body?.result()).toBe(4143);
  expect(await header?.result()).toEqual([1281, 1281, 1581]);
  expect([header?.id, report.root.id]).toEqual([`${report.id}.0.0`, report.id]);
  expect(header?.children.map(({ id }) => id)).toEqual([0, 1, 2].map((i) => `${header?.id}.${i}`));
});

it('tells how far a group is', async () => {
  using test = createTestApp(app, { faults: { slow: { task: 'reports.sum', by: '1h', times: 1 } } });
  const sums = await group([sum.s([1]), sum.s([2]), sum.s([3])]).delay();
  await test.drain();
  expect([await sums.completedCount(), await sums.ready(), await sums.failed()]).toEqual([2, false, false]);
  const slow: string[] = [];
  for await (const { id, state } of sums.members()) if (state !== 'SUCCESS') slow.push(id);
  expect(slow).toHaveLength(1);
  let total = 0;
  for await (const value of sums) total += value; // each as it comes in
  expect([total, await sums.completedCount()]).toEqual([6, 3]);
});

it('reads errors as values', async () => {
  using _test = createTestApp(app, {
    faults: { fail: { 'reports.sum': { attempts: 1, error: new Error('odd'), when: isEmpty } } },
  });
  const some = await group([sum.s([1]), sum.s([])]).delay();
  await expect(some.get()).rejects.toThrow('odd');
  expect(await some.get({ propagate: false })).toEqual([1, expect.objectContaining({ message: 'odd' })]);
});

it('is made again of an id', async () => {
  using _test = createTestApp(app);
  await chord([sum.s([1]), sum.s([2])], sum.s()).applyAsync([], { taskId: 'total:2026' });
  const total = app.asyncResult<number>('total:2026');
  const header = app.groupResult<number[]>('total:2026.0');
  expect([await total.get(), await header.get()]).toEqual([3, [1, 2]]);
});

it('shows what it will do', () => {
  const lines = ['Rome', 'Oslo', 'Genoa', 'Turin', 'Malmö'].map((shop) => fetchSales.s(shop, 2026).pipe(sum.s()));
  const report = chord(lines, sum.s())
    .pipe(format.s('all'))
    .pipe(mail.s('ann@example.org').set({ queue: 'slow' }).linkError(tell.s()));
  expect(`\n${report.describe()}\n`).toBe(`
chain of 3 steps
├─ chord
│  ├─ header: group of 5
│  │  ├─ chain of 2 steps
│  │  │  ├─ reports.fetchSales
│  │  │  └─ reports.sum
│  │  ├─ chain of 2 steps
│  │  │  ├─ reports.fetchSales
│  │  │  └─ reports.sum
│  │  └─ × 3 more
│  └─ body: reports.sum
├─ reports.format
└─ reports.mail
   └─ on error: reports.tell
`);
  expect(report.describe({ format: 'mermaid' })).toContain('flowchart TD');
});

it('travels as JSON', async () => {
  using _test = createTestApp(app);
  const text = JSON.stringify(chain(sum.s(), format.s('total')));
  const json = JSON.parse(text) as SignatureJson<[numbers: number[]], string>;
  expect(await (await app.signature(json).delay([1, 2])).get()).toBe('total: 0.03'); // bound to this app
  const read = signatureFrom<[numbers: number[]], string>(json); // bound to none: a part of another canvas
  expect(await (await read.pipe(mail.s('ann@example.org')).delay([1])).get()).toBe('to ann@example.org: total: 0.01');
});
