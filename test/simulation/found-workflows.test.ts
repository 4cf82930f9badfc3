import { describe, expect, it } from 'vitest';
import { type Choices, mulberry32, recorded } from '../../src/memory/choices.ts';
import { MESSAGE_DEFAULTS, type Message } from '../../src/message/message.ts';
import { lostDecision } from '../../src/protocol/lost.ts';
import { judge } from '../support/workflow-check.ts';
import type { WfCase } from '../support/workflow-generate.ts';
import { runWorkflow } from '../support/workflow-run.ts';
import type { WfTask } from '../support/workflow-spec.ts';

/** The small workflows to which the simulation has brought what it found. */
describe('workflows in which the simulation has found something', () => {
  const ok = (n: number): WfTask => ({ kind: 'task', task: 'plain', n, act: 'ok' });

  it.each([1, 2, 3])(
    'never opens a barrier whose next steps are not stored: call %i of the first launch fails',
    async (nth) => {
      const wf = {
        kind: 'chain' as const,
        steps: [
          { kind: 'group' as const, members: [ok(1)] },
          { ...ok(2), pad: 17_000 },
        ],
      };
      expect(await problems({ wf, client: 'mortal', after: 'nothing' }, failing('putPayload', nth))).toEqual([]);
    },
  );

  it.each([1, 2, 3, 4, 5, 6])('takes no expired body for a revocation of its header: look %i fails', async (nth) => {
    const header = { kind: 'group' as const, members: [{ ...ok(1), act: 'fail' as const }, ok(2)] };
    const body: WfTask = { ...ok(3), act: 'expire' };
    const wf = { kind: 'chord' as const, header, body, onError: 'settle' as const };
    expect(await problems({ wf, client: 'steady', after: 'heal' }, failing('revocationsSince', nth))).toEqual([]);
  });

  it('drops in the lost queue what an earlier round has left', () => {
    const message: Message = {
      ...MESSAGE_DEFAULTS,
      id: 'a',
      copy: 'c',
      root: 'a',
      task: 't',
      round: 1,
      redriven: true,
    };
    const item = { task: 't', queue: 'default', root: 'a', attempt: 0, copy: 'c', starts: 1, generation: 0 };
    const failed = { ...item, state: 'FAILURE', round: 2, cause: 'a', expiresAtMs: 2_000 };
    expect(lostDecision(message, failed, 0, 1_000)).toEqual({ kind: 'drop' });
  });
});

async function problems(wfCase: WfCase, choices: Choices): Promise<readonly string[]> {
  return (await judge(wfCase, await runWorkflow(wfCase, choices))).problems;
}

/** Nothing goes wrong but that the nth of these calls fails without having happened. */
function failing(name: string, nth: number): Choices {
  let calls = 0;
  return recorded(mulberry32(1), (_kind, _options, _position, at) => {
    if (at?.name !== name || ++calls !== nth) return 0;
    return Math.max(0, at.faults.indexOf('failed-before'));
  });
}
