import { CLOCK_SKEW_MS } from '../base/limits.ts';
import { ancestorIds } from '../base/path-ids.ts';
import type { Ports } from '../ports/ports.ts';

/** An environment with work to do asks at most so often what was revoked since it last looked. */
const LOOK_EVERY_MS = 5_000;
/** Looks back so far beyond its last look: a writer's clock may be behind, and the SDK may repeat its write for most of a minute. */
const OVERLAP_MS: number = CLOCK_SKEW_MS + 60_000;

/** The revoked ids that an environment knows of. It costs no read per task. */
export class RevokedList {
  readonly #ids = new Map<string, number>();
  #lookedAtMs: number | undefined;
  #looking: Promise<void> | undefined;

  /** The last look failed: there may be revocations that are not on the list. */
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

  /** Tells whether the task, or anything it belongs to, is on the list: its root, or what its id lies below. */
  has(id: string, root: string): boolean {
    if (this.#ids.size === 0) return false;
    return this.#ids.has(id) || this.#ids.has(root) || ancestorIds(id).some((above) => this.#ids.has(above));
  }

  async #look({ backend, telemetry }: Ports, nowMs: number): Promise<void> {
    const sinceMs = this.#lookedAtMs === undefined ? 0 : this.#lookedAtMs - OVERLAP_MS;
    try {
      for (const { id, expiresAtMs } of await backend.revocationsSince(sinceMs)) this.#ids.set(id, expiresAtMs);
      for (const [id, expiresAtMs] of this.#ids) if (expiresAtMs <= nowMs) this.#ids.delete(id);
      this.#lookedAtMs = nowMs;
      this.unsure = false;
    } catch (error) {
      this.unsure = true;
      const message = 'revocations not read: the marks in the items decide';
      telemetry.log({ level: 'warn', message, fields: { error: String(error) } });
    }
  }
}
