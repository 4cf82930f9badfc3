import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import { TaskApp } from '../../../cdk/index.ts';
import { newStack } from '../synth.ts';
import { APP } from './everything.ts';
import { codesIn, rowsOf } from './page.ts';
import { rightsOf, statementsOf } from './policies.ts';
import {
  type AllowedStack,
  allowedStack,
  lineOf,
  logGroupOf,
  PRINCIPALS,
  type Principal,
  queueArn,
  tableArn,
} from './stack.ts';

let plain: AllowedStack;
let guarded: AllowedStack;
beforeAll(() => {
  plain = allowedStack();
  guarded = allowedStack(true);
});

const QUEUES = ['default', 'other'] as const;

/** The resources that the words of a table mean for somebody. */
function meant(words: string, principal: Principal): readonly string[] {
  const of = (end: string) => QUEUES.map((queue) => queueArn(`allowed-${queue}${end}`));
  const own = queueArn(`allowed-${principal.split(' ')[1]}`);
  const meanings: Readonly<Record<string, () => readonly string[]>> = {
    'its queue': () => [own],
    'its dead-letter queue': () => [`${own}-dlq`],
    'every queue': () => of(''),
    'the queues of its tasks': () => of(''),
    'every lost queue': () => of('-lost'),
    'every dead-letter queue': () => of('-dlq'),
    'the table': () => [tableArn(plain.template)],
    'its log group': () => [logGroupOf(plain.template, plain.roles[principal])],
    'the key': () =>
      Object.keys(guarded.template.findResources('AWS::KMS::Key')).map((id) => `arn:AWS::KMS::Key:${id}`),
    '`*`': () => ['*'],
  };
  const meaning = meanings[words];
  if (!meaning) throw new Error(`docs/iam.md says "${words}", which is none of ${Object.keys(meanings).join(', ')}`);
  return meaning();
}

/** What rows of an action, a resource and a reason say, as lines. */
function said(rows: readonly (readonly string[])[], principal: Principal): readonly string[] {
  const rights = rows.flatMap(([actions = '', on = '']) =>
    codesIn(actions).flatMap((action) => meant(on, principal).map((resource) => ({ action, resource }))),
  );
  return sorted(rights.map(lineOf));
}

function sorted(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].sort();
}

function granted({ template, roles }: AllowedStack, principal: Principal): readonly string[] {
  return sorted(rightsOf(statementsOf(template, roles[principal])).map(lineOf));
}

describe('docs/iam.md', () => {
  it.each([
    ['worker default', ['worker']],
    ['worker other', ['worker']],
    ['lost function', ['lost function']],
    ['sender', ['sender']],
    ['reader', ['reader']],
    ['producer', ['sender', 'reader']],
  ] as const)('lists what the template allows the %s', (principal, tables) => {
    const rows = tables.flatMap((table) => rowsOf(`rights: ${table}`));
    expect(said(rows, principal)).toEqual(granted(plain, principal));
  });

  it.each(PRINCIPALS)('lists what the %s has besides with a key and in a VPC', (principal) => {
    const kind = principal.replace(/ (default|other)$/, '');
    const rows = ['key', 'vpc'].flatMap((table) => rowsOf(`rights: ${table}`));
    const own = rows.filter(([who = '']) => who.split(', ').includes(kind)).map((row) => row.slice(1));
    const before = new Set(granted(plain, principal));
    expect(said(own, principal)).toEqual(granted(guarded, principal).filter((line) => !before.has(line)));
  });

  it('gives a reason for each', () => {
    const tables = ['worker', 'lost function', 'sender', 'reader', 'key', 'vpc'];
    const reasons = tables.flatMap((table) => rowsOf(`rights: ${table}`)).map((row) => row.at(-1));
    expect(reasons.filter((reason = '') => reason.length < 5)).toEqual([]);
  });

  it('names every type of resource that a deployment makes, and no other', () => {
    const stack = newStack();
    const tasks = new TaskApp(stack, 'Tasks', {
      entry: APP,
      dashboard: {},
      alarms: { topic: Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-west-1:123456789012:alarms') },
    });
    const { Resources } = Template.fromStack(Stack.of(tasks)).toJSON();
    const types = Object.values(Resources as Record<string, { readonly Type: string }>).map(({ Type }) => Type);
    expect(sorted(rowsOf('resource types').flatMap(([type = '']) => codesIn(type)))).toEqual(sorted(types));
  });
});

describe('a permissions boundary of the stack', () => {
  it('is that of every role', () => {
    const stack = newStack();
    new TaskApp(stack, 'Tasks', { entry: APP });
    PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'developers'));
    const roles = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(roles).toHaveLength(3);
    for (const { Properties } of roles) {
      expect(JSON.stringify(Properties.PermissionsBoundary)).toContain(':policy/developers');
    }
  });
});
