import { CLOCK_SKEW_MS } from '../base/limits.ts';
import { ancestorIds } from '../base/path-ids.ts';
import type { Ports } from '../ports/ports.ts';
import type { QueueNote } from '../ports/result-backend.ts';

/** An environment with work to do asks at most so often what is new since it last looked. */
const LOOK_EVERY_MS = 5_000;
/** Looks back so far beyond its last look: a writer's clock may be behind, and the SDK may repeat its write for most of a minute. */
const OVERLAP_MS: number = CLOCK_SKEW_MS + 60_000;

/** What an environment knows of orders: revoked ids, and what is noted of queues. It costs no read per task. */
export class KnownOrders {
  readonly #revoked = new Map<string, number>();
  #queues: ReadonlyMap<string, QueueNote> = new Map();
  #lookedAtMs: number | undefined;
  #looking: Promise<void> | undefined;

  /** The last look failed: there may be orders that are not known here. A pause that was known stays. */
  unsure = false;

  /** Is it time to look again? */
  isStale(nowMs: number): boolean {
    return this.unsure || this.#lookedAtMs === undefined || nowMs - this.#lookedAtMs >= LOOK_EVERY_MS;
  }

  /** Looks for new ones; those who ask together look once. Never throws: see `unsure`. */
  refresh(ports: Ports): Promise<void> {
    this.#looking ??= this.#look(ports, ports.clock.now()).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Tells whether the task, or anything it belongs to, is revoked: its root, or what its id lies below. */
  isRevoked(id: string, root: string): boolean {
    const ids = this.#revoked;
    if (ids.size === 0) return false;
    return ids.has(id) || ids.has(root) || ancestorIds(id).some((above) => ids.has(above));
  }

  isPaused(queue: string): boolean {
    return this.#queues.get(queue)?.pausedAtMs !== undefined;
  }

  /** What is noted of a queue; nothing mostly. */
  noteOf(queue: string): QueueNote | undefined {
    return this.#queues.get(queue);
  }

  /** Takes in what this environment has noted itself, before its next look. */
  learn(note: QueueNote): void {
    this.#queues = new Map([...this.#queues, [note.queue, { ...this.#queues.get(note.queue), ...note }]]);
  }

  async #look({ backend, telemetry }: Ports, nowMs: number): Promise<void> {
    const sinceMs = this.#lookedAtMs === undefined ? 0 : this.#lookedAtMs - OVERLAP_MS;
    try {
      const { revocations, queues } = await backend.ordersSince(sinceMs);
      for (const { id, expiresAtMs } of revocations) this.#revoked.set(id, expiresAtMs);
      for (const [id, expiresAtMs] of this.#revoked) if (expiresAtMs <= nowMs) this.#revoked.delete(id);
      this.#queues = new Map(queues.map((note) => [note.queue, note]));
      this.#lookedAtMs = nowMs;
      this.unsure = false;
    } catch (error) {
      this.unsure = true;
      const message = 'orders not read: of revocations the marks in the items decide, queues stay as they were known';
      telemetry.log({ level: 'warn', message, fields: { error: String(error) } });
    }
  }
}
