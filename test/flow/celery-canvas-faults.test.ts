import { type AnySignature, chain, chord, group } from 'celeriac';
import { describe, expect, it } from 'vitest';
import { type Choices, type FaultPoint, mulberry32, recorded } from '../../src/memory/choices.ts';
import type { CeleryTasks } from '../support/celery-tasks.ts';
import { type CeleryWorld, celeryWorld, membersOf } from '../support/celery-world.ts';

/** One fault: at the n-th of all places where one could happen, or where a predicate first says so. */
function oneFault(pick: (point: FaultPoint, position: number) => number): Choices & { readonly points: FaultPoint[] } {
  const points: FaultPoint[] = [];
  let done = false;
  const choices = recorded(mulberry32(1), (kind, options, _position, at) => {
    if (kind !== 'fault' || !at) return 0;
    const choice = done ? 0 : Math.min(options - 1, pick(at, points.length));
    points.push({ name: at.name, faults: at.faults.slice(0, options) });
    done ||= choice > 0;
    return choice;
  });
  return { ...choices, points };
}

/** A named fault at the first call of a name that can meet it: a client's cannot. */
function faultAt(name: string, fault: string): Choices {
  return oneFault((at) => (at.name === name ? Math.max(0, at.faults.indexOf(fault)) : 0));
}

const bodies = ({ log }: CeleryWorld) => log.filter((line) => String(line).startsWith('body:'));

describe('106: a member that is delivered twice with different values', () => {
  const twice: [string, Choices][] = [
    ['received twice', faultAt('receive', 'duplicate-uncounted')],
    ['received twice, and counted', faultAt('receive', 'duplicate-counted')],
    ['run again after its process died', faultAt('write:end', 'crash-before')],
    ['run again after its end was stored', faultAt('write:end', 'crash-after')],
  ];

  it.each(twice)('%s: the body runs once, with all members', async (_how, choices) => {
    const world = celeryWorld({ choices });
    const { t, send, run, log } = world;
    const handle = await send(chord([t.rnd.si(), t.id.si(2), t.slow.si(3, 1)], t.rec.s('body')));
    const value = (await run(() => handle.get())) as [string, number, number];
    expect(value).toEqual([expect.stringMatching(/^r\d$/), 2, 3]);
    expect(bodies(world)).toEqual([`body:${JSON.stringify(value)}`]);
    const member = membersOf(handle.parent!)?.[0];
    expect(await run(async () => member?.get())).toBe(value[0]);
    expect(log).toContain('rnd');
  });

  it('does run twice where it is received twice', async () => {
    const { t, send, log } = celeryWorld({ choices: faultAt('receive', 'duplicate-uncounted') });
    await send(chord([t.rnd.si(), t.id.si(2)], t.rec.s('body')));
    expect(log.filter((line) => line === 'rnd')).toHaveLength(2);
  });
});

describe('107: the last member is delivered again after the body ran', () => {
  it('the body still runs once, and no errback is called', async () => {
    const world = celeryWorld({ choices: faultAt('respond', 'crash-before') });
    const { t, send, run, seconds } = world;
    const canvas = chord([t.id.si(1), t.id.si(2)], t.rec.s('body')).linkError(t.eb.s());
    const handle = await send(canvas);
    expect(await run(() => handle.get())).toEqual([1, 2]);
    expect(world.log).toEqual(['body:[1,2]']);
    expect(seconds()).toBeGreaterThan(60); // the redelivery
  });
});

describe('108: a worker dies between the full barrier and the body', () => {
  it.each([
    ['after the last arrival', faultAt('arrive', 'crash-after')],
    ['before it reads what was promised', faultAt('readHead', 'crash-before')],
    ['after that', faultAt('readHead', 'crash-after')],
    ['before the body is sent', faultAt('send', 'crash-before')],
    ['after it is sent', faultAt('send', 'crash-after')],
  ])('%s: the body runs once', async (_when, choices) => {
    const world = celeryWorld({ choices });
    const { t, send, run, seconds } = world;
    const handle = await send(chord([t.id.si(1), t.id.si(2), t.id.si(3)], t.rec.s('body')));
    expect(await run(() => handle.get())).toEqual([1, 2, 3]);
    expect(bodies(world)).toEqual(['body:[1,2,3]']);
    expect(seconds()).toBeGreaterThan(60); // it did die
  });
});

/** Workflows that meet every fault at every place, one at a time. */
const WORKFLOWS: readonly [string, (t: CeleryTasks) => AnySignature, unknown, readonly string[]][] = [
  ['a chain', (t) => chain(t.rec.s(1, 'a'), t.rec.s('b'), t.rec.s('c')), 1, ['a:1', 'b:1', 'c:1']],
  ['a chord', (t) => chord([t.id.s(1), t.id.s(2)], t.rec.s('body')), [1, 2], ['body:[1,2]']],
  [
    'a chain with a chord whose members are chains',
    (t) => chain(t.id.s(1), group([chain(t.add.s(1), t.add.s(1)), t.add.s(5)]), t.tsum.s(), t.rec.s('end')),
    9,
    ['end:9'],
  ],
  ['an empty group between two', (t) => chain(group([t.id.s(1)]), group([]) as never, t.rec.s('end')), [], ['end:[]']],
  ['a replacement in a header', (t) => chord([t.rChord.s(10), t.id.s(1)], t.rec.s('body')), [23, 1], ['body:[23,1]']],
  [
    'a body that is replaced',
    (t) => chord([t.id.s(1), t.id.s(2)], t.addAll.s(1)).link(t.rec.s('l')),
    [2, 3],
    ['l:[2,3]'],
  ],
  [
    'a retry in a header',
    (t) => chord([t.again.s(1, 1), t.other.s(1)], t.rec.s('body')),
    [1, 2],
    ['again:1', 'body:[1,2]'],
  ],
  ['a large result', (t) => chain(t.large.s('x', 300_000), t.size.s(), t.rec.s('size')), 300_000, ['size:300000']],
];

/** Workflows that fail, with what is written then. */
const FAILING: readonly [string, (t: CeleryTasks) => AnySignature, string, readonly string[]][] = [
  [
    'a chain',
    (t) => chain(t.fail.si(), chord([t.echo.si('never')], t.echo.si('never')), t.echo.si('never')).linkError(t.eb.s()),
    'E',
    ['eb:fail:E'],
  ],
  [
    'a chord',
    (t) => chain(chord([t.fail.si(), t.rec.s(1, 'ran')], t.echo.si('never')), t.echo.si('never')).linkError(t.eb.s()),
    'ChordError',
    ['eb:echo:ChordError', 'ran:1'],
  ],
  [
    'Ignore in a member of a nested chord',
    (t) => chord([chord([t.ignore.si()], t.echo.si('never')), t.id.s(1)], t.echo.si('never')),
    'ChordError',
    [],
  ],
];

describe('every single fault at every place', () => {
  it.each(WORKFLOWS)('%s gives the same', async (_name, make, value, written) => {
    for (const choices of everyFault()) {
      const world = celeryWorld({ choices: choices() });
      const handle = await world.send(make(world.t));
      expect(await world.run(() => handle.get({ timeout: '1h' }))).toEqual(value);
      expect([...new Set(world.log)].sort()).toEqual([...written].sort());
      expect(world.dead()).toEqual([]);
    }
  });

  it.each(FAILING)('%s fails the same', async (_name, make, error, written) => {
    for (const choices of everyFault()) {
      const world = celeryWorld({ choices: choices() });
      const handle = await world.send(make(world.t));
      await expect(world.run(() => handle.get({ timeout: '1h' }))).rejects.toMatchObject({ name: error });
      expect([...new Set(world.log)].sort()).toEqual([...written].sort());
    }
  });

  /** One set of choices for each fault that the undisturbed course could have met. */
  function* everyFault(): Generator<() => Choices> {
    const calm = oneFault(() => 0);
    yield () => calm;
    for (const [place, { faults }] of calm.points.entries()) {
      for (let fault = 1; fault < faults.length; fault++) {
        yield () => oneFault((_point, position) => (position === place ? fault : 0));
      }
    }
  }
});
