import { createApp, InvalidArgumentsError, InvalidOptionError, NotJsonError, Retry } from 'celeriac';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const app = createApp('x');

describe('a task that is called directly', () => {
  it('runs its body here', async () => {
    const add = app.task('add', {}, (a: number, b: number) => a + b);
    expect(await add(1, 2)).toBe(3);
    expect(add.name).toBe('add');
  });

  it('parses its arguments', async () => {
    const at = app.task('at', { args: z.tuple([z.iso.datetime().transform((s) => new Date(s))]) }, (d) => d.getTime());
    expect(await at('1970-01-01T00:00:01Z')).toBe(1_000);
    await expect(at('yesterday')).rejects.toThrow(InvalidArgumentsError);
    await expect(at('yesterday')).rejects.toThrow('the arguments do not fit task "at": args[0]: Invalid ISO datetime');
  });

  it('gives null for nothing', async () => {
    expect(await app.task('nothing', {}, () => {})()).toBeNull();
  });

  it('knows that it was called directly', async () => {
    const self = app.task('self', { bind: true }, ({ request, signal }, n: number) => ({
      request: { ...request, args: [...request.args], eta: null, expires: null, deadline: null, n },
      aborted: signal.aborted,
    }));
    expect(await self(5)).toMatchObject({
      request: { id: null, task: 'self', args: [5], retries: 0, calledDirectly: true, queue: null },
      aborted: false,
    });
  });

  it('gives the error of a retry to the caller', async () => {
    const failing = app.task('failing', { bind: true }, (self, known: boolean): number => {
      throw self.retry(known ? { error: new RangeError('why') } : { countdown: 5 });
    });
    await expect(failing(true)).rejects.toThrow(new RangeError('why'));
    await expect(failing(false)).rejects.toThrow(Retry);
  });

  it('refuses the states that a worker would refuse', async () => {
    const stating = app.task('stating', { bind: true }, async (self, state: string, fits: boolean) => {
      await self.updateState(state, fits ? { done: 1 } : ({ done: () => 1 } as never));
    });
    expect(await stating('PROGRESS', true)).toBeNull();
    await expect(stating('SUCCESS', true)).rejects.toThrow(InvalidOptionError);
    await expect(stating('PROGRESS', false)).rejects.toThrow(NotJsonError);
  });

  it('is frozen', () => {
    const task = app.task('frozen', {}, () => 1);
    expect(() => Object.assign(task, { delay: 1 })).toThrow(TypeError);
  });
});
