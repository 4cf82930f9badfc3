// biome-ignore-all lint/suspicious/noExplicitAny: Celery's cases add numbers, texts and lists by one task, as Python does
import { type App, chain, chord, group, Ignore, Reject, type TaskFailure, type TaskRequest } from 'celeriac';
import * as z from 'zod';
import { currentTask } from '../../src/client/scope.ts';

/** What `fail` throws. */
export class E extends Error {
  override name = 'E';
}

/** Where tasks write what they do. */
export type Log = unknown[];

/** The tasks of Celery's cases, by the names that the cases call them. */
export type CeleryTasks = ReturnType<typeof celeryTasks>;

/**
 * Defines the tasks of Celery's cases, and some more that the cases beyond them need.
 *
 * What they cannot add they refuse, as Python does: JavaScript would make a text of a list and a number.
 */
export function celeryTasks(app: App<any>, log: Log) {
  const id = app.task('id', {}, (x: any): any => x);
  const add = app.task('add', {}, (x: any, y: any): any => sum(x, y));
  const tsum = app.task('tsum', {}, (xs: readonly any[]): any => xs.reduce(sum, 0));
  const plain = {
    id,
    add,
    tsum,
    addZ: app.task('addZ', {}, (x: number, y: number, { z = 0 }: { z?: number }) => x + y + z),
    sub: app.task('sub', {}, (x: number, y: number) => number(x) - number(y)),
    mul: app.task('mul', {}, (x: number, y: number) => number(x) * number(y)),
    xsum: app.task('xsum', {}, (xs: any): number => [xs].flat(100).reduce(sum, 0)),
    none: app.task('none', {}, () => null),
    noargs: app.task('noargs', { args: z.tuple([]) }, () => 'noargs'),
    slow: app.task('slow', {}, async (x: any, seconds: number): Promise<any> => {
      await sleep(seconds);
      return x;
    }),
    count: app.task('count', {}, (list: readonly any[]): number => list.length),
    statuses: app.task('statuses', {}, (list: readonly any[]): any => list.map(({ status }) => status)),
    /** A task that no worker has. */
    elsewhere: () => app.signature('nowhere'),
    /** Another value each time it runs. */
    rnd: app.task('rnd', {}, (): string => `r${log.push('rnd')}`),
    ign: app.task('ign', { ignoreResult: true }, (x: any): any => x),
    large: app.task('large', {}, (x: any, size: number): any => ({ x, text: 'x'.repeat(size) })),
    texts: app.task('texts', {}, ({ text }: any): any => [text]),
    size: app.task('size', {}, ({ text }: any): number => text.length),
    sizes: app.task('sizes', {}, (all: any[]): number => all.reduce((total, { text }) => total + text.length, 0)),
    length: app.task('length', {}, (text: string) => text.length),
  };
  return { ...plain, ...loggers(app, log), ...ending(app, log), ...replacing(app, log, { id, add, tsum }) };
}

function loggers(app: App<any>, log: Log) {
  return {
    echo: app.task('echo', {}, (m: any): any => {
      log.push(m);
      return m;
    }),
    rec: app.task('rec', {}, (x: any, tag: string): any => {
      log.push(`${tag}:${JSON.stringify(x)}`);
      return x;
    }),
    /** An errback that writes which task failed of what. */
    eb: app.task('eb', {}, ({ task, error }: TaskFailure) => {
      log.push(`eb:${task}:${error.name}`);
    }),
    /** An errback that writes all it is given. */
    ebAll: app.task('ebAll', {}, (failure: TaskFailure) => {
      log.push(failure);
    }),
    /** An errback with a name of its own. */
    ebTag: app.task('ebTag', {}, (_failure: TaskFailure, tag: string) => {
      log.push(tag);
    }),
    who: app.task('who', { bind: true }, ({ request }, _given?: any): Pick<TaskRequest, WhoField> => {
      const { id, root, parent, group, index, headers, queue } = request;
      const expires = request.expires?.getTime() ?? null;
      const seen = { id, root, parent, group, index, headers, queue };
      log.push({ ...seen, expires });
      return seen;
    }),
  };
}

type WhoField = 'id' | 'root' | 'parent' | 'group' | 'index' | 'headers' | 'queue';

function ending(app: App<any>, log: Log) {
  return {
    fail: app.task('fail', {}, (_given?: any): any => {
      throw new E('boom');
    }),
    ignore: app.task('ignore', {}, (_given?: any): any => {
      throw new Ignore();
    }),
    reject: app.task('reject', {}, (_given?: any): any => {
      throw new Reject('not mine');
    }),
    ebFail: app.task('ebFail', {}, (_failure: TaskFailure): null => {
      throw new E('the errback itself');
    }),
    /** Celery's: gives the number of the attempt that succeeds. */
    retryUntil: app.task('retryUntil', { bind: true, maxRetries: 3 }, ({ request, retry }, n: number): number => {
      if (request.retries < n) retry({ countdown: 0 });
      return request.retries;
    }),
    /** Gives `x` after `n` retries. */
    again: app.task('again', { bind: true, maxRetries: 3 }, ({ request, retry }, x: any, n: number): any => {
      log.push(`again:${JSON.stringify(x)}`);
      if (request.retries < n) retry({ countdown: 0, error: new E(`not yet ${request.retries}`) });
      return x;
    }),
    /** Asks for a retry in five seconds. */
    late: app.task('late', { bind: true }, ({ request, retry }, x: any): any => {
      if (request.retries === 0) retry({ countdown: 5 });
      return x;
    }),
    /** Gives what it is given in its second request: its first asks for another argument. */
    other: app.task('other', { bind: true }, ({ request, retry }, x: any): any => {
      if (request.retries === 0) retry({ countdown: 0, args: [sum(x, 1)] });
      return x;
    }),
    /** Asks for one more item in its list. */
    otherList: app.task('otherList', { bind: true }, ({ request, retry }, list: any): any => {
      if (request.retries === 0) retry({ countdown: 0, args: [[...list, 'again']] });
      return list;
    }),
  };
}

type Plain = { readonly id: any; readonly add: any; readonly tsum: any };
/** A task that names itself has to be typed beforehand. */
type Inner = any;

function replacing(app: App<any>, log: Log, { id, add, tsum }: Plain) {
  const bind = { bind: true } as const;
  const echo = app.task('tell', {}, (text: string) => void log.push(text));
  const into: Inner = app.task('into', bind, (self, name: string): any => {
    const [first = '', ...rest] = name;
    log.push(rest.length > 0 ? `In ${first}` : first);
    if (rest.length === 0) return name;
    return self.replace(chain(into.si(rest.join('')), echo.si(`Out ${first}`)));
  });
  const rTimes: Inner = app.task('rTimes', bind, (self, x: any, n: number): any =>
    self.replace(n === 0 ? id.s(x) : rTimes.s(sum(x, 1), n - 1)),
  );
  return {
    addR: app.task('addR', bind, (self, x: any, y: any): any => self.replace(add.s(x, y))),
    addAll: app.task('addAll', bind, (self, xs: readonly any[], v: any): any =>
      self.replace(group(xs.map((x) => add.s(x, v)))),
    ),
    rChain: app.task('rChain', bind, (self, x: any): any => self.replace(chain(id.s(x), id.s()))),
    rChord: app.task('rChord', bind, (self, x: any): any => self.replace(chord([add.s(x, 1), add.s(x, 2)], tsum.s()))),
    /** Goes on as any canvas, given as data. */
    rAny: app.task('rAny', bind, (self, _given: any, canvas: any): any => self.replace(app.signature(canvas))),
    rEmpty: app.task('rEmpty', bind, (self, _x: any): any => self.replace((chain as any)())),
    /** Replaced again by itself, `n` times. */
    rTimes,
    /** Writes that it is in, and goes on as the rest of the name and then as its own way out. */
    into,
  };
}

function sum(x: any, y: any): any {
  if (Array.isArray(x) && Array.isArray(y)) return [...x, ...y];
  if (typeof x === typeof y && ['number', 'string'].includes(typeof x)) return x + y;
  throw new TypeError(`unsupported operands: ${JSON.stringify(x)} and ${JSON.stringify(y)}`);
}

function number(x: unknown): number {
  if (typeof x === 'number') return x;
  throw new TypeError(`${JSON.stringify(x)} is no number`);
}

/** Lets time pass by the clock of wherever the task runs. */
async function sleep(seconds: number): Promise<void> {
  await currentTask.getStore()?.ports.clock.sleep(seconds * 1_000);
}
