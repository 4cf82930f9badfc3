import type { Json } from '../../src/base/json.ts';
import { asyncResult } from '../../src/client/async-result.ts';
import { sendBody } from '../../src/client/outbox.ts';
import { type Carry, memoryPorts } from '../../src/memory/memory-ports.ts';
import type { World } from '../../src/memory/world.ts';
import type { WorldProcess } from '../../src/memory/world-process.ts';
import { encode } from '../../src/message/codec.ts';
import { MESSAGE_DEFAULTS, type Message } from '../../src/message/message.ts';
import type { Ports } from '../../src/ports/ports.ts';
import type { SimTask } from './sim-tasks.ts';

/** What may go wrong with a call of a client that goes on living. */
const FAULTS = ['none', 'sent-twice', 'failed-before', 'failed-after', 'stalled'] as const;
/** Shorter than a worker looks back for revocations. */
const STALL_MS = 5_000;
const PAUSE_MS = 500;

/** A client whose calls may fail, be repeated or be slow, and lose their answer: all but a crash. */
export function faultyClient(world: World): Ports {
  const process = world.process('client', false);
  const { clock, telemetry } = process.ports;
  return memoryPorts(world.store, { clock, telemetry, random: world.choices, carry: carryBy(world, process) });
}

function carryBy(world: World, process: WorldProcess): Carry {
  return (call, effect) =>
    new Promise((resolve, reject) => {
      const carryOut = (fault: string) => {
        world.count(`client ${call.name}: ${fault}`);
        if (fault === 'stalled') process.ports.clock.after(STALL_MS, () => park(['none']));
        else if (fault === 'failed-before') reject(new Error(`${call.name} failed: throttled`));
        else answer(fault);
      };
      const answer = (fault: string) => {
        if (fault === 'sent-twice') effect();
        const answered = effect();
        if (fault === 'failed-after') reject(new Error(`${call.name} failed: no answer`));
        else resolve(answered);
      };
      const park = (faults: typeof FAULTS | readonly ['none']) =>
        world.park({ process, name: call.name, label: `${call.name} ${call.on}`, faults, carryOut });
      park(FAULTS);
    });
}

/** What the client did to revoke a task, and when. */
export interface Revoked {
  readonly id: string;
  readonly doneAtMs: number;
}

/** The id of the i-th task of a run. */
export function idOf(i: number): string {
  return `task-${i}`;
}

/** Sends a task, perhaps once more under the same id, and perhaps revokes it; what fails is done again. */
export async function sendTask(client: Ports, task: SimTask, i: number): Promise<Revoked[]> {
  const { clock } = client;
  const startedAtMs = clock.now();
  await insisting(client, () => sendOnce(client, task, i, 0, startedAtMs));
  const again = async (seconds: number) => {
    if (seconds > 0) await clock.sleep(seconds * 1_000);
    await insisting(client, () => sendOnce(client, task, i, 1, startedAtMs));
  };
  const revoke = async (seconds: number): Promise<Revoked> => {
    await clock.sleep(seconds * 1_000);
    await insisting(client, () => asyncResult(idOf(i), () => client).revoke());
    return { id: idOf(i), doneAtMs: clock.now() };
  };
  const [revoked] = await Promise.all([
    task.revokeAfterSeconds === undefined ? undefined : revoke(task.revokeAfterSeconds),
    task.againAfterSeconds === undefined ? undefined : again(task.againAfterSeconds),
  ]);
  return revoked ? [revoked] : [];
}

function sendOnce(client: Ports, task: SimTask, i: number, copy: number, startedAtMs: number): Promise<void> {
  const id = idOf(i);
  const message: Message = {
    ...MESSAGE_DEFAULTS,
    id,
    copy: `copy-${i}-${copy}`,
    root: id,
    task: task.policy,
    args: [task.plan as unknown as Json],
    ...(task.delaySeconds ? { etaMs: startedAtMs + task.delaySeconds * 1_000 } : {}),
    ...(task.expiresSeconds !== undefined ? { expiresAtMs: startedAtMs + task.expiresSeconds * 1_000 } : {}),
    again: task.againAfterSeconds !== undefined,
  };
  const leftSeconds = Math.ceil(((message.etaMs ?? 0) - client.clock.now()) / 1_000);
  const delaySeconds = Math.min(900, Math.max(0, leftSeconds));
  return sendBody(client, task.queue ?? 'default', { body: encode(message), delaySeconds });
}

async function insisting(client: Ports, call: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await call();
    } catch {
      await client.clock.sleep(PAUSE_MS);
    }
  }
}
