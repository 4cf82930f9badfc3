import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/connection.ts';
import type { Local } from '../../src/local/local.ts';
import { startLocal } from '../../src/local/start-local.ts';
import { deadLetterQueueOf, lostQueueOf } from '../../src/ports/queue-names.ts';
import { coreOf } from '../../src/task/core-of.ts';
import { CHAINS } from '../support/celery-rows-chains.ts';
import { FAILURES } from '../support/celery-rows-failures.ts';
import { GROUPS } from '../support/celery-rows-groups.ts';
import { LINKS } from '../support/celery-rows-links.ts';
import { MORE_FAILURES, TOLERANT } from '../support/celery-rows-more-failures.ts';
import { MORE_LINKS } from '../support/celery-rows-more-links.ts';
import { NESTING } from '../support/celery-rows-nesting.ts';
import { EVERYWHERE, FAILING_EVERYWHERE, MORE_REPLACE, REPLACE } from '../support/celery-rows-replace.ts';
import { MORE_RETRY, RETRY } from '../support/celery-rows-retry.ts';
import { SHAPES } from '../support/celery-rows-shapes.ts';
import { EXPIRY } from '../support/celery-rows-states.ts';
import { apply, judge, type Row } from '../support/celery-world.ts';
import { app, t } from './fixtures/celery-app/app.ts';

const APP = join(import.meta.dirname, 'fixtures/celery-app/app.ts');

/** Celery's own rows, of which every second is taken, and those beyond the sample, of which every fourth is. */
const SAMPLE = [CHAINS, GROUPS, FAILURES, LINKS, REPLACE, RETRY, EXPIRY].flat();
const BEYOND = [SHAPES, NESTING, MORE_FAILURES, TOLERANT, MORE_LINKS, EVERYWHERE, FAILING_EVERYWHERE, MORE_REPLACE];
const ROWS: readonly Row[] = [
  ...SAMPLE.filter((_, i) => i % 2 === 0),
  ...[...BEYOND, MORE_RETRY].flat().filter((_, i) => i % 4 === 0),
].filter(({ no, unstored }) => no !== 'expires' && !unstored); // by the world’s clock; not to be waited for

let local: Local | undefined;
beforeAll(async () => {
  const started = await startLocal({ appPath: APP });
  local = started;
  connect(coreOf(app), () => started.ports);
});
afterAll(() => local?.stop());

/** A third of all rows on the embedded AWS: the deployed worker in processes of its own, SQS and DynamoDB by their wires. */
describe('Celery’s workflows on the embedded AWS', () => {
  it.each(ROWS.map((row) => [row.no, row.title, row] as const))('%s: %s', async (_no, _title, row) => {
    const handle = await apply(row.make(t), row.given, row.options);
    await judge(row, handle, '60s');
  });

  it('leaves nothing in any queue but the dead letters of what failed', async () => {
    await local?.drained();
    const lost = await local?.depth(lostQueueOf('default'));
    expect(lost).toMatchObject({ visible: 0, inFlight: 0 });
    const failed = ROWS.flatMap(({ dead = [] }) => dead);
    const letters = await local?.depth(deadLetterQueueOf('default'));
    expect(letters?.visible).toBe(failed.length);
  });
});
