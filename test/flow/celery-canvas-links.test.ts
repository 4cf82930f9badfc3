import { chain, chord, group, type Signature } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { LINKS } from '../support/celery-rows-links.ts';
import { MORE_LINKS } from '../support/celery-rows-more-links.ts';
import { BOOM, celeryRows, celeryWorld } from '../support/celery-world.ts';

celeryRows('links and errbacks', LINKS);
celeryRows('links and errbacks beyond the sample', MORE_LINKS);

describe('links', () => {
  it('113: given at the call, one or several', async () => {
    const { t, run, log } = celeryWorld();
    await run(() => t.id.applyAsync([1], { link: t.rec.s('one') }));
    await run(() => t.id.applyAsync([2], { link: [t.rec.s('two'), t.echo.si('three')] }));
    await run(() => chain(t.id.s(3), t.add.s(1)).applyAsync([], { link: t.rec.s('four') }));
    expect([...log].sort()).toEqual(['four:4', 'one:1', 'three', 'two:2']);
  });

  it('are named below the task that they follow, and are its children', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chain(t.id.s(1), t.id.s().link(t.who.s()).link(t.who.s()), t.id.s()));
    const seen = (log as { id: string; root: string; parent: string }[]).map((one) => [one.id, one.root, one.parent]);
    expect(seen.sort()).toEqual([
      [`${id}.1.l0`, id, `${id}.1`],
      [`${id}.1.l1`, id, `${id}.1`],
    ]);
  });
});

describe('an errback', () => {
  it('129: differs: gets the id with all that is known of the failure', async () => {
    const { t, send, log } = celeryWorld();
    await send(t.fail.s(5).linkError(t.ebAll.s()), [], { taskId: 'TID' });
    expect(log).toEqual([
      { id: 'TID', task: 'fail', args: [5], root: 'TID', error: { ...BOOM, stack: expect.any(String) } },
    ]);
  });

  it('of a chain tells the step that failed and with what', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chain(t.id.s(1), t.fail.s(), t.id.s()).linkError(t.ebAll.s()));
    expect(log).toMatchObject([{ id: `${id}.1`, task: 'fail', args: [1], root: id, error: BOOM }]);
  });

  it('of a chord whose header fails tells the body, without a list, and names the members', async () => {
    const { t, send, log } = celeryWorld();
    const { id } = await send(chord([t.fail.si(), t.id.s(2)], t.rec.s('body')).linkError(t.ebAll.s()));
    const failures = [{ index: 0, id: `${id}.0.0`, state: 'FAILURE', error: 'E: boom' }];
    const error = { name: 'ChordError', code: 'CHORD', failures };
    expect(log).toMatchObject([{ id, task: 'rec', args: ['body'], root: id, error }]);
  });

  it('is named below the task that failed, with its round and its place', async () => {
    const { t, send, log, redrive, run } = celeryWorld();
    const { id } = await send(chain(t.fail.s(1).linkError(t.who.s()), t.id.s()).linkError(t.who.s()));
    expect((log as { id: string }[]).map((one) => one.id).sort()).toEqual([`${id}.0.e0-0`, `${id}.0.e0-1`]);
    redrive();
    await run(async () => {});
    expect((log as { id: string }[]).map((one) => one.id).sort()).toEqual([
      ...[`${id}.0.e0-0`, `${id}.0.e0-1`],
      ...[`${id}.0.e1-0`, `${id}.0.e1-1`],
    ]);
  });

  it('is retried like any other task', async () => {
    const { app, t, send, log } = celeryWorld();
    const stubborn = app.task('stubborn', { bind: true }, ({ request, retry }, _failure: object) => {
      log.push(request.retries);
      if (request.retries < 2) retry({ countdown: 0 });
    });
    await send(t.fail.si().linkError(stubborn.s()));
    expect(log).toEqual([0, 1, 2]);
  });

  it('is not called for what is revoked or has expired', async () => {
    const { t, send, log, run } = celeryWorld();
    const late = { countdown: 5, expires: 1 };
    const handle = await send(chain(t.id.s(1).set(late).linkError(t.eb.s()), t.id.s()).linkError(t.eb.s()));
    expect([await run(() => handle.state()), log]).toEqual(['REVOKED', []]);
  });

  it('of a chord is called once though a member was revoked', async () => {
    const { t, send, log } = celeryWorld();
    await send(chord([t.id.s(1).set({ countdown: 5, expires: 1 }), t.id.s(2)], t.id.s()).linkError(t.eb.s()));
    expect(log).toEqual(['eb:id:ChordError']);
  });

  it('given at the call names the app of a canvas in which no task does', async () => {
    const { t, run, log } = celeryWorld();
    const nothing = chain(group([])) as unknown as Signature<[], unknown[]>;
    await run(() => nothing.applyAsync([], { link: t.rec.s('list') }));
    expect(log).toEqual(['list:[]']);
  });

  it('given at the call of a group is each member’s', async () => {
    const { t, run, log } = celeryWorld();
    const canvas = group([t.fail.si(), t.id.s(1), t.fail.si()]);
    await run(() => canvas.applyAsync([], { linkError: [t.ebTag.s('a'), t.ebTag.s('b')] }));
    expect([...log].sort()).toEqual(['a', 'a', 'b', 'b']);
  });
});
