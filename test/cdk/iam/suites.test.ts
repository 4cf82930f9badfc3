import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { placeOf } from '../../support/recorded-calls.ts';
import { codesIn, rowsOf } from './page.ts';
import { rightsOf, statementsOf } from './policies.ts';
import { type AllowedStack, allowedStack, type Principal } from './stack.ts';

/** What the contract and flow suites have called, by kinds; `npm run run-ts scripts/record-calls.ts` writes it anew. */
const LINES: readonly string[] = JSON.parse(readFileSync(join(import.meta.dirname, 'calls-of-suites.json'), 'utf8'));

/** What no role has, and why a suite calls it all the same. */
const OF_THE_SUITES: Readonly<Record<string, string>> = {
  'sqs:CreateQueue': 'CloudFormation does it elsewhere',
  'dynamodb:CreateTable': 'CloudFormation does it elsewhere',
  'dynamodb:BatchWriteItem': 'a suite puts items of its own into the table',
  'dynamodb:Scan': 'the embedded table is searched for the end of an id, as one on AWS never is',
};

let stack: AllowedStack;
beforeAll(() => {
  stack = allowedStack();
});

/** Actions on kinds of places, as the lines have them. */
function allowed(...principals: readonly Principal[]): readonly string[] {
  const rights = principals.flatMap((each) => rightsOf(statementsOf(stack.template, stack.roles[each])));
  const ours = rights.filter(({ action }) => /^(sqs|dynamodb):/.test(action));
  return [...new Set(ours.map(({ action, resource }) => `${action} ${placeOf({ action, on: resource })}`))];
}

/** Batches count as the single call. */
function called(who: string): readonly string[] {
  const own = LINES.filter((line) => line.startsWith(`${who} `)).map((line) => line.slice(who.length + 1));
  return [...new Set(own.map((line) => line.replace(/Batch /, ' ')))];
}

describe('the calls of the contract and flow suites', () => {
  it.each([
    ['worker', ['worker default', 'worker other']],
    ['lost', ['lost function']],
    ['poller', ['worker default', 'worker other', 'lost function']],
  ] as const)('are allowed, as far as a %s makes them', (who, principals) => {
    expect(called(who).filter((line) => !allowed(...principals).includes(line))).toEqual([]);
  });

  it('are everything that a worker is allowed, but what Lambda alone does', () => {
    const unused = allowed('worker default').filter((line) => !called('worker').includes(line));
    expect(unused.filter((line) => !called('poller').includes(line))).toEqual(['sqs:GetQueueAttributes work queue']);
  });

  it('are of the actions that the code of workers and clients can call, and of no more', () => {
    const folder = join(import.meta.dirname, '../../../src/aws');
    const code = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const actions = code.flatMap((text) => [
      ...text.matchAll(/new (\w+?)(?:MessageBatch|MessageVisibilityBatch)?Command\(/g),
    ]);
    const ofWorkers = called('worker').map((line) => line.replace(/^\w+:(\w+?)(Message|MessageVisibility)? .*/, '$1'));
    expect([...new Set(actions.map(([, action]) => action))].sort()).toEqual([...new Set(ofWorkers)].sort());
  });

  it('are otherwise those of clients and of the command line, or set the suites up', () => {
    const ofOperators = rowsOf('commands').flatMap(([, actions = '']) => codesIn(actions));
    const known = [
      ...allowed('sender', 'reader', 'worker default').map((line) => line.split(' ')[0] ?? ''),
      ...ofOperators,
    ];
    const others = new Set(called('suite').map((line) => line.split(' ')[0] ?? ''));
    expect([...others].filter((action) => !known.includes(action)).sort()).toEqual(Object.keys(OF_THE_SUITES).sort());
  });
});
