import { CLOCK_SKEW_MS } from '../base/limits.ts';
import type { Ports } from '../ports/ports.ts';

/** An environment with work to do asks at most so often what was revoked since it last looked. */
const LOOK_EVERY_MS = 5_000;
/** Looks back so far beyond its last look: a writer's clock may be behind, and its write may take its time. */
const OVERLAP_MS: number = CLOCK_SKEW_MS + 10_000;

/** The revoked ids that an environment knows of. It costs no read per task. */
export class RevokedList {
  readonly #ids = new Map<string, number>();
  #lookedAtMs: number | undefined;
  #looking: Promise<void> | undefined;

  /** Looks for new ones if it is time; two invocations that ask together look once. */
  async refresh(ports: Ports): Promise<void> {
    const nowMs = ports.clock.now();
    if (this.#lookedAtMs !== undefined && nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    this.#looking ??= this.#look(ports, nowMs).finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  /** Tells whether the task, or the workflow it belongs to, is on the list. */
  has(id: string, root: string): boolean {
    return this.#ids.has(id) || this.#ids.has(root);
  }

  async #look({ backend }: Ports, nowMs: number): Promise<void> {
    const sinceMs = this.#lookedAtMs === undefined ? 0 : this.#lookedAtMs - OVERLAP_MS;
    for (const { id, expiresAtMs } of await backend.revocationsSince(sinceMs)) this.#ids.set(id, expiresAtMs);
    for (const [id, expiresAtMs] of this.#ids) if (expiresAtMs <= nowMs) this.#ids.delete(id);
    this.#lookedAtMs = nowMs;
  }
}
