import { type AnySignature, chain, chord, group, type Signature } from 'celeriac';
import { expect, it } from 'vitest';
import { deadLetterText } from '../../src/cli/dead-letter-text.ts';
import { encode } from '../../src/message/codec.ts';
import { deadLetterOf } from '../../src/message/message.ts';
import { connected } from '../support/connected.ts';

const { app, lying } = connected();
const step = app.task('step', {}, async (n: number) => n);
const sum = app.task('sum', {}, async (all: number[]) => all.length);
const told = app.task('told', {}, async (failure: { id: string }) => void failure);

/** How the dead letter of the first task of a canvas is shown. */
async function shown(canvas: AnySignature): Promise<string> {
  const before = lying().length;
  const { id } = await (canvas as Signature<[], unknown>).delay();
  const [first] = lying().slice(before);
  if (!first) throw new Error('nothing was sent');
  const body = encode(deadLetterOf(first.message));
  const attributes = { reason: 'permanent', task: first.message.task, id: first.message.id };
  const text = deadLetterText({ queue: 'default', messageId: 'm', body, sentAtMs: 0, attributes });
  return text.replaceAll(id, 'ID');
}

it('shows why it is there, and its arguments', async () => {
  const text = await shown(step.s(1));
  expect(text).toMatch(
    /^queue +default\nsent +1970-01-01T00:00:00\.000Z\nreason +permanent\ntask +step\nid +ID\n\n\{\n/,
  );
  expect(JSON.parse(text.slice(text.indexOf('{')))).toMatchObject({
    id: 'ID',
    task: 'step',
    args: [1],
    redriven: true,
  });
});

it.each([
  ['the steps behind it', chain(step.s(1), step.s(), group([step.s(), step.s()])), /^then +step, then group of 2$/m],
  ['its place in a group', chord([step.s(1), step.s(2)], sum.s()), /^member +0 of 2 in ID\.0$/m],
  ['the steps of chains in chains', chain(chain(step.s(1), step.s()), told.si({ id: '' })), /^then +step, then told$/m],
  ['its links', step.s(1).link(step.s()), /^link +step$/m],
  ['its errbacks', step.s(1).linkError(told.s()), /^on error +told$/m],
  ['how many steps are stored elsewhere', chain(step.s(1), ...many(1_000)), /^then +1000 more steps$/m],
])('says %s, and leaves it out of the message', async (_what, canvas, line) => {
  const text = await shown(canvas);
  expect(text).toMatch(line);
  expect(JSON.parse(text.slice(text.indexOf('{')))).not.toHaveProperty('next');
});

it.each(['no JSON', '[1, 2]', '{"task": 5}', 'null'])('shows a body that is no task as it is: %s', (body) => {
  const text = deadLetterText({ queue: 'default', messageId: 'm', body, sentAtMs: 0, attributes: {} });
  expect(text.split('\n\n')[1]?.replace(/\s/g, '')).toBe(body.replace(/\s/g, ''));
});

function many(steps: number): Signature<[number], number>[] {
  return Array.from({ length: steps }, () => step.s());
}
