import { describe, expect, it } from 'vitest';
import { type Choices, mulberry32, recorded } from '../../src/memory/choices.ts';
import { MESSAGE_DEFAULTS, type Message } from '../../src/message/message.ts';
import { ruling } from '../../src/protocol/guard.ts';
import { lostDecision } from '../../src/protocol/lost.ts';
import { judge } from '../support/workflow-check.ts';
import type { WfCase } from '../support/workflow-generate.ts';
import { runWorkflow } from '../support/workflow-run.ts';
import type { WfTask } from '../support/workflow-spec.ts';

/** The small workflows to which the simulation has brought what it found. */
describe('workflows in which the simulation has found something', () => {
  const ok = (n: number): WfTask => ({ kind: 'task', task: 'plain', n, act: 'ok' });

  it('never opens a barrier whose next steps are not stored: their call is slow, and the client dies', async () => {
    const header = { kind: 'group' as const, members: [ok(1)] };
    const wf = { kind: 'chain' as const, steps: [header, { ...ok(2), pad: 17_000 }] };
    const faults = [
      { name: 'putPayload', nth: 2, fault: 'stalled' },
      { name: 'open', nth: 1, fault: 'crash-after' },
    ];
    expect(await problems({ wf, client: 'mortal', after: 'nothing' }, having(faults))).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('takes no expired body for a revocation of its header: look %i fails', async (nth) => {
    const resumed = { kind: 'chain' as const, steps: [{ ...ok(1), act: 'fail' as const, seconds: 6 }, ok(2)] };
    const header = { kind: 'group' as const, members: [resumed, ok(3)] };
    const body: WfTask = { ...ok(4), act: 'expire' };
    const wf = { kind: 'chord' as const, header, body, onError: 'settle' as const };
    const faults = [{ name: 'ordersSince', nth, fault: 'failed-before' }];
    expect(await problems({ wf, client: 'steady', after: 'heal' }, having(faults))).toEqual([]);
  });

  it.each(['FAILURE', 'SUCCESS', 'STARTED'])('drops what an earlier round has left of a task that is %s', (state) => {
    const message: Message = {
      ...MESSAGE_DEFAULTS,
      id: 'a',
      copy: 'c',
      root: 'a',
      task: 't',
      round: 1,
      redriven: true,
    };
    const stored = { task: 't', queue: 'default', root: 'a', attempt: 0, copy: 'c', starts: 1, generation: 0 };
    const item = { ...stored, state, round: 2, ...(state === 'FAILURE' ? { cause: 'a' } : {}), expiresAtMs: 2_000 };
    expect(lostDecision(message, item, 0, 1_000)).toEqual({ kind: 'drop' });
    const asker = { message, atMostOnce: false, nowMs: 1_000 };
    expect(ruling(item, asker)).toEqual({ kind: 'drop', why: 'later-round' });
  });
});

async function problems(wfCase: WfCase, choices: Choices): Promise<readonly string[]> {
  return (await judge(wfCase, await runWorkflow(wfCase, choices))).problems;
}

/** Nothing goes wrong but what is said, with the nth call of a name. */
function having(faults: readonly { readonly name: string; readonly nth: number; readonly fault: string }[]): Choices {
  const calls = new Map<string, number>();
  return recorded(mulberry32(1), (_kind, _options, _position, at) => {
    if (!at) return 0;
    const nth = (calls.get(at.name) ?? 0) + 1;
    calls.set(at.name, nth);
    const found = faults.find((one) => one.name === at.name && one.nth === nth);
    return found ? Math.max(0, at.faults.indexOf(found.fault)) : 0;
  });
}
