import { Template } from 'aws-cdk-lib/assertions';
import { AnyPrincipal, Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { newStack } from '../synth.ts';
import { allows, type Statement, statementsOf } from './policies.ts';
import { type AllowedStack, allowedStack, type Principal, queueArn, roleCalled, tableArn } from './stack.ts';

let stack: AllowedStack;
beforeAll(() => {
  stack = allowedStack();
});

function statements(principal: Principal): readonly Statement[] {
  return statementsOf(stack.template, stack.roles[principal]);
}

describe('what nobody may do', () => {
  const {
    default: own,
    other,
    ...far
  } = {
    default: queueArn('allowed-default'),
    other: queueArn('allowed-other'),
    lost: queueArn('allowed-default-lost'),
    dlq: queueArn('allowed-default-dlq'),
    otherDlq: queueArn('allowed-other-dlq'),
    anotherApp: queueArn('allowed-default-of-another-app'),
  };
  const table = 'the table';
  const DENIED: readonly (readonly [Principal, string, string])[] = [
    ['worker default', 'sqs:ReceiveMessage', other],
    ['worker default', 'sqs:DeleteMessage', other],
    ['worker default', 'sqs:ChangeMessageVisibility', other],
    ['worker default', 'sqs:ReceiveMessage', far.dlq],
    ['worker default', 'sqs:ReceiveMessage', far.lost],
    ['worker default', 'sqs:SendMessage', far.otherDlq],
    ['worker default', 'sqs:SendMessage', far.lost],
    ['worker default', 'sqs:SendMessage', far.anotherApp],
    ['worker default', 'sqs:PurgeQueue', own],
    ['worker default', 'sqs:SetQueueAttributes', own],
    ['worker default', 'sqs:StartMessageMoveTask', far.dlq],
    ['worker default', 'dynamodb:DeleteItem', table],
    ['worker default', 'dynamodb:Scan', table],
    ['worker default', 'dynamodb:DeleteTable', table],
    ['worker default', 'dynamodb:PartiQLSelect', table],
    ['worker default', 'dynamodb:GetItem', 'arn:AWS::DynamoDB::Table:Another'],
    ['worker default', 'logs:PutLogEvents', 'arn:AWS::Logs::LogGroup:Another'],
    ['worker default', 'lambda:UpdateEventSourceMapping', '*'],
    ['worker default', 'lambda:InvokeFunction', '*'],
    ['worker default', 'iam:PassRole', '*'],
    ['lost function', 'sqs:ReceiveMessage', own],
    ['lost function', 'sqs:ReceiveMessage', far.dlq],
    ['lost function', 'sqs:SendMessage', far.lost],
    ['lost function', 'dynamodb:BatchGetItem', table],
    ['sender', 'sqs:ReceiveMessage', own],
    ['sender', 'sqs:SendMessage', far.dlq],
    ['sender', 'sqs:SendMessage', far.anotherApp],
    ['sender', 'dynamodb:DeleteItem', table],
    ['reader', 'sqs:SendMessage', own],
    ['reader', 'dynamodb:PutItem', table],
    ['reader', 'dynamodb:UpdateItem', table],
    ['reader', 'dynamodb:Scan', table],
    ['producer', 'sqs:DeleteMessage', own],
  ];

  it.each(DENIED)('%s: %s on %s', (principal, action, on) => {
    const resource = on === table ? tableArn(stack.template) : on;
    expect(allows(statements(principal), { action, resource })).toBe(false);
  });
});

describe('the evaluation', () => {
  const allowing = (action: string, resource: string) => [{ actions: [action], resources: [resource] }];

  it.each([
    ['sqs:*', 'a', true],
    ['SQS:sendmessage', 'a', true],
    ['sqs:Send?essage', '*', true],
    ['sqs:SendMessage', 'a*', true],
    ['sqs:SendMessage', 'a.', false],
    ['sqs:Send', 'a', false],
    ['sqs:SendMessage', 'ab', false],
  ])('of %s on %s', (action, resource, expected) => {
    expect(allows(allowing(action, resource), { action: 'sqs:SendMessage', resource: 'a' })).toBe(expected);
  });

  it('refuses to judge what it does not know: a condition, a denial', () => {
    const of = (more: object) => {
      const scope = newStack();
      const role = new Role(scope, 'R', { assumedBy: new AnyPrincipal() });
      role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['a'], ...more }));
      const template = Template.fromStack(scope);
      return statementsOf(template, roleCalled(template, 'R'));
    };
    expect(of({})).toEqual(allowing('sqs:SendMessage', 'a'));
    expect(() => of({ conditions: { Bool: { 'aws:SecureTransport': 'true' } } })).toThrow('is not understood');
    expect(() => of({ effect: Effect.DENY })).toThrow('is not understood');
  });
});
