import { beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../../src/env.ts';
import type { RecordedCall } from '../../support/recorded-calls.ts';
import { everythingRun } from './everything.ts';
import { allows, type Right, rightsOf, type Statement, statementsOf, without } from './policies.ts';
import {
  type AllowedStack,
  allowedStack,
  lineOf,
  PRINCIPALS,
  type Principal,
  queueArn,
  readerOf,
  tableArn,
} from './stack.ts';

/** What nothing of ours calls, but Lambda in the name of the function. */
const OF_LAMBDA: Readonly<Record<string, string>> = {
  'sqs:GetQueueAttributes': 'when an event source mapping is made, and to follow the depth of the queue',
  'logs:CreateLogStream': 'for each environment',
  'logs:PutLogEvents': 'for what the function prints',
};

/** Actions for which AWS offers no resource. */
const ON_EVERYTHING: Readonly<Record<string, string>> = {
  'lambda:ListEventSourceMappings': 'a list has no resource',
};

let stack: AllowedStack;
let calls: readonly RecordedCall[];

beforeAll(async () => {
  stack = allowedStack();
  const looks = (queue: string) => ENV.checkMapping in readerOf(stack.template, queue).variables;
  const ifItLooks = (queue: string): Record<string, string> => (looks(queue) ? { [ENV.checkMapping]: '1' } : {});
  calls = await everythingRun({ worker: ifItLooks('allowed-default'), lost: ifItLooks('allowed-default-lost') });
}, 240_000); // twenty seconds on a machine that does nothing else

function statements(principal: Principal): readonly Statement[] {
  return statementsOf(stack.template, stack.roles[principal]);
}

/** Who signs with which role. A producer that also reads does what senders do, and what readers do. */
const SIGNED_BY: Readonly<Record<Principal, readonly string[]>> = {
  'worker default': ['allowed-worker-default'],
  'worker other': ['allowed-worker-other'],
  'lost function': ['allowed-lost'],
  sender: ['sender'],
  reader: ['reader'],
  producer: ['producer', 'sender', 'reader'],
};

function isOf({ who, on }: RecordedCall, principal: Principal): boolean {
  if (who !== null) return SIGNED_BY[principal].includes(who);
  // the poller is the event source mapping, which calls in the name of its function
  return stack.roles[principal] === readerOf(stack.template, on ?? '').role;
}

/** SQS asks for the action of the single call where a batch is sent. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html */
function rightFor({ action, on }: RecordedCall): Right {
  const service = action.split(':')[0];
  if (service === 'sqs') return { action: action.replace(/Batch$/, ''), resource: queueArn(on ?? '') };
  return { action, resource: service === 'dynamodb' ? tableArn(stack.template) : '*' };
}

function needs(principal: Principal): readonly Right[] {
  return calls.filter((call) => isOf(call, principal)).map(rightFor);
}

describe.each(PRINCIPALS)('what the %s may do', (principal) => {
  it('is all that it does', () => {
    const denied = needs(principal).filter((right) => !allows(statements(principal), right));
    expect(denied.map(lineOf)).toEqual([]);
    expect(needs(principal).length).toBeGreaterThanOrEqual(4);
  });

  it('is nothing that it does not do, or Lambda in its name', () => {
    const used = new Set(needs(principal).map(lineOf));
    const unused = rightsOf(statements(principal)).filter((right) => !used.has(lineOf(right)));
    expect(unused.filter(({ action }) => !(action in OF_LAMBDA)).map(lineOf)).toEqual([]);
  });

  it('is on everything only where AWS offers no resource', () => {
    const wide = rightsOf(statements(principal)).filter(({ action, resource }) => `${action}${resource}`.includes('*'));
    expect(wide.filter(({ action, resource }) => resource !== '*' || !(action in ON_EVERYTHING))).toEqual([]);
  });

  it('is not enough when any of it is taken away', () => {
    const rights = rightsOf(statements(principal)).filter(({ action }) => !(action in OF_LAMBDA));
    const harmless = rights.filter((right) => {
      const left = without(statements(principal), right);
      return needs(principal).every((need) => allows(left, need));
    });
    expect(harmless.map(lineOf)).toEqual([]);
  });
});

describe('a producer that sends tasks by themselves', () => {
  it('does nothing but send, so that it needs no table', () => {
    const actions = new Set(calls.filter(({ who }) => who === 'plain').map(({ action }) => action));
    expect([...actions]).toEqual(['sqs:SendMessageBatch']);
  });
});
