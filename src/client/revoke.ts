import { UNENDED_ITEM_SECONDS } from '../base/limits.ts';
import type { Ports } from '../ports/ports.ts';

/**
 * Revokes an id and everything whose id begins with it.
 *
 * Its item is stamped first: a worker that learns of the revocation has to find it there. What has ended stays as it is, but
 * what it has sent may still wait: so the id is put on the list in any case.
 */
export async function revokeId({ backend, clock }: Ports, id: string): Promise<void> {
  const nowMs = clock.now();
  const expiresAtMs = nowMs + UNENDED_ITEM_SECONDS * 1_000;
  await backend.write({ kind: 'stamp', by: { id, nowMs, expiresAtMs } });
  // the time of now: workers look only a minute back beyond their last look, and the stamp may have taken as long
  await backend.addRevocation({ id, atMs: clock.now(), expiresAtMs });
}
