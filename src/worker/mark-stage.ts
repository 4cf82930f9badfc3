import { WORKFLOW_PART_SECONDS } from '../base/limits.ts';
import type { MarkEffect } from '../protocol/effects.ts';
import { insist } from './insist.ts';
import type { Sender } from './onward.ts';

/** Ends a stage that will never run. Refused: it has ended already, or goes on in a later round; either way it is answered. */
export async function markStage(effect: MarkEffect, { delivery, invocation }: Sender): Promise<void> {
  const { backend, clock } = invocation.worker.ports;
  const { message, queue } = delivery;
  const { stage, state, error, cause, round } = effect;
  const by = () => {
    const nowMs = clock.now();
    return {
      id: stage.id,
      task: stage.task,
      queue,
      root: message.root,
      parent: message.id,
      copy: message.copy,
      generation: stage.generation,
      round,
      redriven: false,
      nowMs,
      expiresAtMs: nowMs + WORKFLOW_PART_SECONDS * 1_000,
    };
  };
  await insist(() => backend.write({ kind: 'mark', by: by(), state, error, cause }), invocation);
}
