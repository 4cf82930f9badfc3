import {
  ConfigurationError,
  createApp,
  DuplicateTaskError,
  InvalidOptionError,
  NotBuiltError,
  sharedTask,
  UnboundTaskError,
  UnknownQueueError,
} from 'celeriac';
import { describe, expect, it } from 'vitest';
import { coreOf } from '../../src/task/core-of.ts';
import { connected } from '../support/connected.ts';

const ok = (): number => 1;

describe('createApp', () => {
  it('always has the queue default', () => {
    expect([...coreOf(createApp('x')).queues.keys()]).toEqual(['default']);
    const queues = { digest: { batchSize: 5 } };
    expect([...coreOf(createApp('x', { queues })).queues]).toEqual([
      ['default', {}],
      ['digest', { batchSize: 5 }],
    ]);
  });

  it.each([
    ['', {}, 'the name must be 1 to 34 letters, digits, - or _, a letter first, got ""'],
    ['x', { queue: {} }, 'there is no setting `queue`; there are queues, taskRoutes'],
    ['x', { queues: { 'a b': {} } }, '`queues` must be names of 1 to 40 letters, digits, - or _, got "a b"'],
    ['x', { queues: { 'a-dlq': {} } }, 'queue "a-dlq" must not end with -lost or -dlq'],
    ['x', { queues: { a: { maxConcurency: 5 } } }, 'there is no option of queue "a": `maxConcurency`; there are'],
    ['x', { queues: { a: { maxConcurrency: 1 } } }, '`queues.a.maxConcurrency` must be a whole number from 2 to 1000'],
    ['x', { queues: { a: { batchSize: 11 } } }, '`queues.a.batchSize` must be a whole number from 1 to 10, got 11'],
    ['x', { queues: { a: null } }, '`queues.a` must be an object of options, {} for none, got null'],
    ['x', { taskDefaults: { maxRetries: -1 } }, 'taskDefaults: `maxRetries` must be'],
    ['x', { taskDefaults: { queue: 'digset' } }, 'taskDefaults: queue "digset" is not declared'],
  ])('refuses %o, %o', (name, config, text) => {
    const create = () => createApp(name, config as never);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(text);
  });

  it('tells all mistakes at once', () => {
    const config = { queues: { a: { batchSize: 0 } }, taskRoutes: { t: { queue: 'b' } }, taskDefaults: { x: 1 } };
    expect(() => createApp('x', config as never)).toThrow(/^app "x":\n- .*batchSize.*\n- taskRoutes.*\n- taskDefaults/);
  });

  it.each([{ queues: { a: { fifo: true } } }, { timezone: 'Asia/Kolkata' }, { beatSchedule: {} }])(
    'says of what is not built yet that it is not: %o',
    (config) => {
      expect(() => createApp('x', config as never)).toThrow(NotBuiltError);
    },
  );
});

describe('app.task', () => {
  it('appears in the registry, with the defaults of the app', () => {
    const app = createApp('x', { taskDefaults: { maxRetries: 7 } });
    const { registry } = coreOf(app);
    app.task('t', { bind: true }, () => 1);
    expect(registry.get('t')).toMatchObject({ name: 't', bind: true, policy: { maxRetries: 7 } });
  });

  it('refuses a second task of the same name', () => {
    const app = createApp('x');
    app.task('t', {}, () => 1);
    expect(() => app.task('t', {}, () => 2)).toThrow(DuplicateTaskError);
  });

  it('refuses a queue that is not declared', () => {
    expect(() => createApp('x').task('t', { queue: 'digset' as 'default' }, () => 1)).toThrow(UnknownQueueError);
  });

  it.each([
    ['a b', {}, ok, '`name` must be 1 to 200 letters, digits or . _ : / -, got "a b"'],
    ['t', null, ok, '`options` must be an object, {} for none, got null'],
    ['t', { args: {} }, ok, '`args` must be a Standard Schema of a tuple, e.g. z.tuple([z.int()]), got {}'],
    ['t', { bind: 'yes' }, ok, '`bind` must be true or false, got "yes"'],
    ['t', {}, 5, '`fn` must be the function that the task runs, got 5'],
  ])('refuses %o, %o, %o', (name, options, fn, text) => {
    const define = () => createApp('x').task(name, options as never, fn as never);
    expect(define).toThrow(InvalidOptionError);
    expect(define).toThrow(text);
  });
});

describe('sharedTask', () => {
  it('is sent by the app that includes it', async () => {
    const { app, lying } = connected({ taskDefaults: { maxRetries: 7 } });
    const task = sharedTask('shared', {}, (n: number) => n);
    const early = task.s(1);
    await expect(task.delay(1)).rejects.toThrow(UnboundTaskError);
    app.include({ task, other: 5 });
    await task.delay(2);
    await early.delay();
    expect(lying().map(({ message }) => message.args)).toEqual([[2], [1]]);
    expect(coreOf(app).registry.get('shared')?.policy.maxRetries).toBe(7);
  });

  it('goes through the last of several apps', async () => {
    const task = sharedTask('shared', {}, () => 1);
    const [first, second] = [connected(), connected()];
    first.app.include({ task });
    second.app.include({ task });
    await task.delay();
    expect([first.lying().length, second.lying().length]).toEqual([0, 1]);
  });

  it('is refused at its definition if an option is wrong', () => {
    expect(() => sharedTask('t', { maxRetries: -1 }, () => 1)).toThrow(InvalidOptionError);
  });
});

describe('include', () => {
  it('takes the same task again, and leaves the own tasks of the app alone', () => {
    const app = createApp('x');
    const task = sharedTask('shared', {}, () => 1);
    const own = app.task('own', {}, () => 1);
    app.include({ task, own });
    app.include({ task, again: task });
    expect([...coreOf(app).registry.keys()]).toEqual(['own', 'shared']);
  });

  it('refuses what would do nothing, or not what is meant', () => {
    const app = createApp('x');
    expect(() => app.include({ helper: () => 1 })).toThrow('include(…)[0] exports no task; got helper');
    expect(() => app.include(5 as never)).toThrow(InvalidOptionError);
    const foreign = createApp('y').task('t', {}, () => 1);
    expect(() => app.include({ foreign })).toThrow('task "t" belongs to another app; define it by sharedTask()');
    app.task('t', {}, () => 1);
    expect(() => app.include({ t: sharedTask('t', {}, () => 1) })).toThrow(DuplicateTaskError);
    expect(() => app.include({ u: sharedTask('u', { queue: 'digset' }, () => 1) })).toThrow(UnknownQueueError);
  });
});

describe('autodiscoverTasks', () => {
  it('records where the tasks stand', () => {
    const app = createApp('x');
    expect(coreOf(app).taskModules).toBeUndefined();
    app.autodiscoverTasks();
    expect(coreOf(app).taskModules).toEqual([]);
    app.autodiscoverTasks(['orders', 'payments/workers']);
    expect(coreOf(app).taskModules).toEqual(['orders', 'payments/workers']);
  });
});

describe('coreOf', () => {
  it('knows apps only', () => {
    expect(() => coreOf({})).toThrow(ConfigurationError);
  });
});
