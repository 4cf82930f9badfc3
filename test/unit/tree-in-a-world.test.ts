import { describe, expect, it } from 'vitest';
import { BarrierMissingError } from '../../src/base/errors.ts';
import { scriptedChoices, seededChoices } from '../../src/memory/choices.ts';
import { MemoryStore } from '../../src/memory/store.ts';
import { World } from '../../src/memory/world.ts';
import type { Barrier } from '../../src/ports/barrier.ts';
import type { Ports } from '../../src/ports/ports.ts';
import type { BarrierNode, NodeAt } from '../../src/protocol/barrier-item.ts';
import { climb, closing, leafOf } from '../../src/protocol/tree.ts';

const GROUP = 'g';
const EXPIRES = Date.UTC(2030, 0, 1);

/** A world in which nothing, or all that `rates` allows, goes wrong. */
function worldOf(seed: number, maxFaults: number): World {
  return new World(new MemoryStore([]), seededChoices(seed, { next: 0.5, fault: 0.1, maxFaults, maxReorderings: 500 }));
}

/** Does `work` in one process after the other until one comes to its end. */
function untilDone(world: World, name: string, work: (ports: Ports) => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const begin = () => {
      const process = world.process(name, true);
      process.onCrash = begin;
      work(process.ports).then(resolve, begin);
    };
    begin();
  });
}

async function arriveAt(barrier: Barrier, at: NodeAt, child: number): Promise<BarrierNode> {
  return await barrier.arrive(at, { children: [child], failed: false, expiresAtMs: EXPIRES });
}

/** Climbs as far as it goes. */
async function goOn(barrier: Barrier, from: NodeAt, node: BarrierNode, size: number | undefined): Promise<boolean> {
  let next = climb(from, node, size);
  while (next.kind === 'climb') next = climb(next.to, await arriveAt(barrier, next.to, next.child), next.size);
  return next.kind === 'complete';
}

describe('a barrier in a world', () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed))('is complete whatever fails (%i)', async (seed) => {
    const world = worldOf(seed, 60);
    const size = [1, 7, 100, 103, 230][seed % 5] as number;
    const streamed = seed % 2 === 0;
    let completions = 0;
    const opened = { group: GROUP, firedRound: 0, expiresAtMs: EXPIRES, ...(streamed ? {} : { size }) };
    await world.run(async () => {
      await untilDone(world, 'launcher', ({ barrier }) => barrier.open(opened));
      const members = Array.from({ length: size }, (_, index) =>
        untilDone(world, `member ${index}`, async ({ barrier }) => {
          const { leaf, child } = leafOf(index);
          const at = { group: GROUP, level: 0, node: leaf };
          const node = await arriveAt(barrier, at, child);
          if (await goOn(barrier, at, node, streamed ? undefined : size)) completions += 1;
        }),
      );
      const closer = untilDone(world, 'closer', async ({ barrier }) => {
        const stands = await barrier.close(GROUP, size);
        for (const at of closing(GROUP, stands)) {
          const node = await barrier.tellSize(at, stands, EXPIRES);
          if (await goOn(barrier, at, node, stands)) completions += 1;
        }
      });
      await Promise.all([...members, ...(streamed ? [closer] : [])]);
    });
    expect(completions).toBeGreaterThan(0);
  });

  it('may lose any answer, and repeat any call that writes', async () => {
    const world = worldOf(1, 10_000);
    let times = 0;
    await world.run(() =>
      untilDone(world, 'everything', async ({ barrier, payloads, backend }) => {
        const at = { group: GROUP, level: 0, node: 0 };
        while (times++ < 400) {
          await barrier.open({ group: GROUP, firedRound: 0, expiresAtMs: EXPIRES }).catch(() => {});
          await barrier.close(GROUP, 1).catch(() => {});
          await arriveAt(barrier, at, 0).catch(() => {});
          await barrier.tellSize(at, 1, EXPIRES).catch(() => {});
          await barrier.addRounds(GROUP, 1).catch(() => {});
          await payloads.put('key', 'text', EXPIRES).catch(() => {});
          await barrier.readHead(GROUP).catch(() => {});
          await barrier.readNodes([at]).catch(() => {});
          await payloads.get('key').catch(() => {});
          await backend.readMembers(GROUP, 0).catch(() => {});
        }
      }),
    );
    const faults = (call: string) =>
      [...world.coverage.keys()].filter((name) => name.startsWith(`${call}: `)).map((name) => name.split(': ')[1]);
    const ofReads = ['crash-after', 'crash-before', 'failed-before', 'none'];
    for (const call of ['open', 'close', 'arrive', 'tellSize', 'addRounds', 'putPayload']) {
      expect(faults(call).sort(), call).toEqual([...ofReads, 'failed-after', 'sent-twice', 'stalled'].sort());
    }
    for (const call of ['readHead', 'readNodes', 'readPayload', 'readMembers']) {
      expect(faults(call).sort(), call).toEqual(ofReads);
    }
  });

  it('answers that there is no head, and goes on', async () => {
    const world = worldOf(0, 0);
    const { barrier } = world.process('p', true).ports;
    await world.run(async () => {
      await expect(barrier.close(GROUP, 1)).rejects.toThrow(BarrierMissingError);
      await expect(barrier.addRounds(GROUP, 1)).rejects.toThrow(BarrierMissingError);
    });
  });

  it('shows an oracle who opened, closed and arrived', async () => {
    const world = new World(new MemoryStore([]), scriptedChoices(new Map()));
    const { barrier } = world.process('p', false).ports;
    const seen: unknown[] = [];
    world.store.barriers.onOpen = (brought, stands) => seen.push(['open', brought.size, stands.size]);
    world.store.barriers.onClose = (group, brought, stands) => seen.push(['close', group, brought, stands]);
    world.store.barriers.onArrive = (at, { children }, before, after) =>
      seen.push(['arrive', at.node, children, before?.arrived.size, after.arrived.size]);
    await world.run(async () => {
      for (const size of [3, 4]) await barrier.open({ group: GROUP, size, firedRound: 0, expiresAtMs: EXPIRES });
      await barrier.close(GROUP, 5);
      for (const child of [1, 2]) await arriveAt(barrier, { group: GROUP, level: 0, node: 7 }, child);
    });
    expect(seen).toEqual([
      ['open', 3, 3],
      ['open', 4, 3],
      ['close', GROUP, 5, 3],
      ['arrive', 7, [1], undefined, 1],
      ['arrive', 7, [2], 1, 2],
    ]);
  });
});
