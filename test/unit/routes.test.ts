import { ConfigurationError, createApp, UnknownQueueError } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { coreOf } from '../../src/task/core-of.ts';

const queues = { default: {}, a: {}, b: {}, c: {} };

describe('the queue of a call', () => {
  it('is the one of the call, then of the task, then of the first route that fits, then default', () => {
    const app = createApp('x', { queues, taskRoutes: { 'own.*': { queue: 'b' }, 'routed.*': { queue: 'c' } } });
    app.task('own.task', { queue: 'a' }, () => 1);
    const core = coreOf(app);
    expect(core.resolveQueue('own.task', [], 'c')).toBe('c');
    expect(core.resolveQueue('own.task', [])).toBe('a');
    expect(core.resolveQueue('own.other', [])).toBe('b');
    expect(core.resolveQueue('routed.task', [])).toBe('c');
    expect(core.resolveQueue('elsewhere', [])).toBe('default');
  });

  it('is the queue of the defaults where no route fits', () => {
    const core = coreOf(createApp('x', { queues, taskDefaults: { queue: 'a' }, taskRoutes: { t: { queue: 'b' } } }));
    expect(core.resolveQueue('t', [])).toBe('b');
    expect(core.resolveQueue('u', [])).toBe('a');
  });

  it.each([
    ['digest.*', 'digest.send', true],
    ['digest.*', 'digest.', true],
    ['digest.*', 'digest', false],
    ['digest.*', 'digestXsend', false],
    ['*.send', 'a.b.send', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'abbbcd', false],
    ['a+b', 'aab', false],
    ['exact', 'exactly', false],
  ])('by the glob %s for %s: %s', (pattern, task, fits) => {
    const core = coreOf(createApp('x', { queues, taskRoutes: { [pattern]: { queue: 'a' } } }));
    expect(core.resolveQueue(task, [])).toBe(fits ? 'a' : 'default');
  });

  it('goes by exact names before globs in an object, as in Celery', () => {
    const core = coreOf(createApp('x', { queues, taskRoutes: { 'd.*': { queue: 'a' }, 'd.send': { queue: 'b' } } }));
    expect(core.resolveQueue('d.send', [])).toBe('b');
  });

  it('goes by the order of a list', () => {
    const core = coreOf(
      createApp('x', {
        queues,
        taskRoutes: [
          [/^d\./g, { queue: 'a' }],
          ['d.send', { queue: 'b' }],
          ['e.*', { queue: 'b' }],
          (name, args) => (args[0] === 1 ? 'c' : name === 'f' ? { queue: 'a' } : undefined),
        ],
      }),
    );
    expect(core.resolveQueue('d.send', [])).toBe('a');
    expect(core.resolveQueue('d.send', [])).toBe('a'); // a `g` in the RegExp remembers nothing
    expect(core.resolveQueue('e.x', [])).toBe('b');
    expect(core.resolveQueue('g', [1])).toBe('c');
    expect(core.resolveQueue('f', [])).toBe('a');
    expect(core.resolveQueue('g', [])).toBe('default');
  });

  it('has to be declared', () => {
    const routes = () => 'nowhere' as 'a';
    const core = coreOf(createApp('x', { queues, taskRoutes: [routes] }));
    expect(() => core.resolveQueue('t', [], 'elsewhere')).toThrow(UnknownQueueError);
    expect(() => core.resolveQueue('t', [])).toThrow('queue "nowhere" is not declared; declared are "default", "a"');
  });
});

describe('a wrong route', () => {
  it.each([
    [{ t: { queue: 'digset' } }, `taskRoutes['t']: queue "digset" is not declared`],
    [{ t: 'a' }, `\`taskRoutes['t']\` must be an object such as { queue: 'name' }, got "a"`],
    ['a', '`taskRoutes` must be an object or a list of routes, got "a"'],
    [[['t', { queue: 'a' }, 5]], "`taskRoutes` must be a list of [pattern, { queue: 'name' }] and functions"],
  ])('is refused by createApp: %o', (taskRoutes, text) => {
    const create = () => createApp('x', { queues, taskRoutes: taskRoutes as never });
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(text);
  });

  it('is refused when a router answers something else', () => {
    const core = coreOf(createApp('x', { queues, taskRoutes: [(() => 5) as never] }));
    expect(() => core.resolveQueue('t', [])).toThrow('must be a function that gives a queue');
  });
});
