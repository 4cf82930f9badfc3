import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { templateOf } from './synth.ts';

interface Section {
  readonly [id: string]: { readonly Type: string; readonly Properties?: object; readonly DeletionPolicy?: string };
}

const resourcesOf = (template: Template): Section => template.toJSON().Resources;

/** What `cdk diff` would show of the resources: logical ids of those that are new, gone, or not as they were. */
function difference(before: Template, after: Template) {
  const [old, current] = [resourcesOf(before), resourcesOf(after)];
  const typed = (ids: readonly string[], section: Section) =>
    ids.map((id) => `${section[id]?.Type.replace('AWS::', '')} ${id.replace(/[0-9A-F]{8}$/, '')}`).sort();
  const shared = Object.keys(old).filter((id) => id in current);
  return {
    added: typed(
      Object.keys(current).filter((id) => !(id in old)),
      current,
    ),
    removed: typed(
      Object.keys(old).filter((id) => !(id in current)),
      old,
    ),
    changed: typed(
      shared.filter((id) => JSON.stringify(old[id]) !== JSON.stringify(current[id])),
      current,
    ),
  };
}

const OF_AUDIT = [
  'IAM::Policy TasksWorkersauditRoleDefaultPolicy',
  'IAM::Role TasksWorkersauditRole',
  'Lambda::EventSourceMapping TasksLostMappingsaudit',
  'Lambda::EventSourceMapping TasksWorkersauditMapping',
  'Lambda::Function TasksWorkersauditFunction',
  'Logs::LogGroup TasksWorkersauditLogs',
  'SQS::Queue TasksQueuesauditDlq',
  'SQS::Queue TasksQueuesauditLost',
  'SQS::Queue TasksQueuesauditQueue',
  'SQS::QueuePolicy TasksQueuesauditDlqPolicy',
  'SQS::QueuePolicy TasksQueuesauditLostPolicy',
  'SQS::QueuePolicy TasksQueuesauditQueuePolicy',
];
/** Others may send to the new queue, and read its lost messages. */
const POLICIES_OF_OTHERS = [
  'IAM::Policy TasksLostRoleDefaultPolicy',
  ...['default', 'mail', 'payments', 'reports'].map((name) => `IAM::Policy TasksWorkers${name}RoleDefaultPolicy`),
];

let shop: Template;
let withAudit: Template;
beforeAll(() => {
  shop = templateOf();
  withAudit = templateOf({ entry: 'shop-with-audit' });
});

describe('a queue and a route that the code adds', () => {
  it('are exactly the resources of that queue, and leave to send to it', () => {
    expect(difference(shop, withAudit)).toEqual({ added: OF_AUDIT, removed: [], changed: POLICIES_OF_OTHERS });
  });
});

describe('a queue that the code has no more', () => {
  it('leaves the stack, but stays with its messages', () => {
    const { removed, added, changed } = difference(withAudit, shop);
    expect({ removed, added, changed }).toEqual({ removed: OF_AUDIT, added: [], changed: POLICIES_OF_OTHERS });
    const gone = Object.entries(resourcesOf(withAudit)).filter(([id]) => !(id in resourcesOf(shop)));
    const queues = gone.filter(([, { Type }]) => Type === 'AWS::SQS::Queue');
    expect(queues).toHaveLength(3);
    for (const [, { DeletionPolicy }] of queues) expect(DeletionPolicy).toBe('Retain');
  });

  it('stays in the stack while it is retired, as the same resources', () => {
    const retired = templateOf({ retired: ['audit'] });
    const { added, removed, changed } = difference(withAudit, retired);
    expect({ added, removed }).toEqual({ added: [], removed: [] });
    expect(changed).toEqual(expect.arrayContaining(OF_AUDIT.filter((resource) => resource.startsWith('SQS::Queue '))));
  });

  it('is deleted, messages and all, when it is retired no more', () => {
    const gone = resourcesOf(templateOf({ retired: ['audit'] }));
    const queues = Object.entries(gone).filter(([id]) => id.startsWith('TasksQueuesaudit'));
    expect(queues.filter(([, { Type }]) => Type === 'AWS::SQS::Queue')).toHaveLength(3);
    for (const [, { Type, DeletionPolicy }] of queues) {
      if (Type === 'AWS::SQS::Queue') expect(DeletionPolicy).toBe('Delete');
    }
  });
});

describe('the ids of what holds tasks', () => {
  it('stay for ever: CloudFormation would replace what has another', () => {
    const ids = (type: string) => Object.keys(shop.findResources(type)).filter((id) => /default|Table/.test(id));
    expect(ids('AWS::SQS::Queue')).toEqual([
      'TasksQueuesdefaultDlqEC0B7E73',
      'TasksQueuesdefaultLostDCBF218A',
      'TasksQueuesdefaultQueue35FACDF5',
    ]);
    expect(ids('AWS::DynamoDB::Table')).toEqual(['TasksTable45D1B62D']);
    expect(ids('AWS::Lambda::EventSourceMapping')).toEqual([
      'TasksWorkersdefaultMappingF33A745D',
      'TasksLostMappingsdefault7E7B6F86',
    ]);
    expect(ids('AWS::Lambda::Function')).toEqual(['TasksWorkersdefaultFunction1B14EEF8']);
  });
});

describe('a deployment says where things are', () => {
  it('by outputs that no other stack depends on', () => {
    const outputs = Object.values(shop.findOutputs('*'));
    expect(outputs).toHaveLength(2 + 2 * 4);
    for (const output of outputs) expect(output).not.toHaveProperty('Export');
    const queue = (QueueName: string) =>
      Object.keys(shop.findResources('AWS::SQS::Queue', { Properties: { QueueName } }))[0];
    shop.hasOutput('*', { Description: Match.stringLikeRegexp('^What the names'), Value: 'shop' });
    shop.hasOutput('*', { Description: 'Queue mail', Value: { Ref: queue('shop-mail') } });
    shop.hasOutput('*', { Description: 'Dead letters of queue mail', Value: { Ref: queue('shop-mail-dlq') } });
    shop.hasOutput('*', { Value: { Ref: 'TasksTable45D1B62D' } });
  });
});
