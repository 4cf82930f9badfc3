import { type AppConfig, createApp, defineConfig, type QueueName } from 'celeriac';
import { describe, expectTypeOf, it } from 'vitest';
import { app, type Q } from './tasks.ts';

describe('createApp', () => {
  it('makes a union of the queue names', () => {
    expectTypeOf(app['~queue']).toEqualTypeOf<Q>();
    expectTypeOf(createApp('plain')['~queue']).toEqualTypeOf<'default'>();
    expectTypeOf(createApp('x', { queues: { digest: {} } })['~queue']).toEqualTypeOf<'default' | 'digest'>();
    createApp('x', { queues: { digest: {} }, taskRoutes: { 'a.*': { queue: 'default' } } });
  });

  it('takes routes by name, glob, RegExp and function', () => {
    createApp('x', { queues: { default: {}, digest: {} }, taskRoutes: { 'a.*': { queue: 'digest' } } });
    createApp('x', {
      queues: { default: {}, digest: {} },
      taskRoutes: [
        [/^a/, { queue: 'digest' }],
        (name) => (name === 'a' ? 'digest' : undefined),
        () => ({ queue: 'digest' }),
      ],
    });
  });

  it('refuses an unknown queue in routes and defaults', () => {
    // @ts-expect-error queue 'digset' is not declared
    createApp('x', { queues: { default: {}, digest: {} }, taskRoutes: { 'a.*': { queue: 'digset' } } });
    // @ts-expect-error queue 'digset' is not declared
    createApp('x', { queues: { default: {}, digest: {} }, taskDefaults: { queue: 'digset' } });
    // @ts-expect-error queue 'digset' is not declared
    createApp('x', { queues: { default: {}, digest: {} }, taskRoutes: [[/^a/, { queue: 'digset' }]] });
    // @ts-expect-error the router gives an undeclared queue
    createApp('x', { queues: { default: {}, digest: {} }, taskRoutes: [() => 'digset'] });
    // @ts-expect-error a route without a queue goes nowhere
    createApp('x', { queues: { default: {}, digest: {} }, taskRoutes: { 'a.*': {} } });
  });

  it('refuses a misspelt setting, queue option or default', () => {
    // @ts-expect-error maxConcurency
    createApp('x', { queues: { default: { maxConcurency: 5 } } });
    // @ts-expect-error taskRoute
    createApp('x', { taskRoute: {} });
    // @ts-expect-error maxRetrys
    createApp('x', { taskDefaults: { maxRetrys: 5 } });
    // @ts-expect-error the arguments are the task's own
    createApp('x', { taskDefaults: { args: undefined } });
  });
});

describe('defineConfig', () => {
  it('keeps the queue names of a configuration in a file of its own', () => {
    const config = defineConfig({ queues: { default: {}, emails: {} }, taskRoutes: { 'a.*': { queue: 'emails' } } });
    expectTypeOf(config).toEqualTypeOf<AppConfig<'default' | 'emails'>>();
    expectTypeOf(createApp('x', config)['~queue']).toEqualTypeOf<'default' | 'emails'>();
    const constant = { queues: { default: {}, emails: {} }, taskRoutes: { 'a.*': { queue: 'emails' } } } as const;
    expectTypeOf(createApp('x', constant)['~queue']).toEqualTypeOf<'default' | 'emails'>();
    // @ts-expect-error queue 'emial' is not declared
    defineConfig({ queues: { default: {}, emails: {} }, taskRoutes: { 'a.*': { queue: 'emial' } } });
  });
});

describe('QueueName', () => {
  it('is any text where no app is registered', () => {
    expectTypeOf<QueueName>().toEqualTypeOf<string>();
  });
});
