import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { chord } from 'celeriac';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/client/connection.ts';
import { localTools } from '../../../src/local/local-tools.ts';
import { coreOf } from '../../../src/task/core-of.ts';
import { type DeployedDouble, startDeployedDouble } from '../../support/deployed-double.ts';
import { callerOf, type RecordedCall, type Recording, recordCalls } from '../../support/recorded-calls.ts';
import { app, t } from './app/app.ts';
import { APP } from './everything.ts';
import { codesIn, PAGE, rowsOf } from './page.ts';
import { allows, type Right, type Statement } from './policies.ts';

/** As in the policy of the page: the app `shop` in the stack `Shop`. */
const PREFIX = 'shop';
/** Reading a result takes more or fewer of these, by what it is. */
const READING = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'];

let recording: Recording;
let deployed: DeployedDouble;
let calls: readonly RecordedCall[];

beforeAll(async () => {
  recording = recordCalls();
  Object.assign(process.env, recording.environment);
  deployed = await startDeployedDouble();
  deployed.lambda.looksUntilDone = 1;
  const commands = await setUp();
  await Promise.all(commands.map(inOrder));
  calls = [...recording.calls(), ...deployed.lambda.calls.map(lambdaCall)];
}, 240_000);

afterAll(async () => {
  for (const name of Object.keys(recording.environment)) delete process.env[name];
  await deployed?.stop();
  recording.end();
});

type Commands = readonly (readonly [name: string, ...args: string[]])[];

/** An app with a workflow and two dead letters, and the commands to run: one after the other in a list, the lists side by side. */
async function setUp(): Promise<readonly Commands[]> {
  const addresses = await deployed.deploy(PREFIX, ['default', 'other']);
  const tools = localTools(addresses);
  connect(coreOf(app), () => tools.ports);
  const handle = await chord([t.id.s(1), t.id.s(2)], t.tsum.s()).applyAsync();
  tools.close();
  for (const id of ['dead-letter-1', 'dead-letter-2']) await bury(`${addresses.queuePrefix}default-dlq`, id);
  return [
    [
      ['pause', 'default'],
      ['resume', 'default'],
      ['dlq list'],
      ['dlq show', 'dead-letter-2'],
      ['dlq redrive', 'dead-letter-2'],
    ],
    [
      ['queues'],
      ['call', 'id', '1', '--queue', 'other'],
      ['call --wait', 'id', '1', '--queue', 'other', '--timeout', '1'],
      ['env'],
      ['result', handle.parent?.id ?? ''],
      ['graph', handle.id],
      ['doctor', APP],
    ],
  ];
}

async function bury(QueueUrl: string, id: string): Promise<void> {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const MessageAttributes = { id: text(id), task: text('id'), reason: text('exhausted') };
  const MessageBody = JSON.stringify({ task: 'id', args: [1] });
  await deployed.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
}

/** Each command signs by its own name. */
async function inOrder(commands: Commands): Promise<void> {
  for (const [name, ...args] of commands) {
    const line = [...name.split(' '), ...args, '--deployed', PREFIX];
    const { stderr } = await deployed.celeriac(line, { AWS_ACCESS_KEY_ID: name.replaceAll(' ', '_') });
    if (/refuses|CONFIGURATION|INTERNAL/.test(stderr)) throw new Error(`celeriac ${name}: ${stderr}`);
  }
}

function lambdaCall({ action, headers, url }: DeployedDouble['lambda']['calls'][number]): RecordedCall {
  return { who: callerOf(headers.authorization), action: `lambda:${action}`, on: decodeURIComponent(url.pathname) };
}

function callsOf(command: string): readonly RecordedCall[] {
  return calls.filter(({ who }) => who === command.replaceAll(' ', '_'));
}

function actionsOf(command: string): readonly string[] {
  return [...new Set(callsOf(command).map(({ action }) => action.replace(/Batch$/, '')))].sort();
}

const [each = [], ...rows] = rowsOf('commands');
const FINDING = codesIn(each[1] ?? '');
const COMMANDS: readonly (readonly [string, readonly string[]])[] = rows.map(([name = '', actions = '']) => [
  codesIn(name)[0] ?? '',
  codesIn(actions),
]);

describe('docs/iam.md', () => {
  it.each(COMMANDS)('lists what `celeriac %s` calls', (command, said) => {
    const made = actionsOf(command);
    const allowed = [...new Set([...FINDING, ...said])];
    expect(made.filter((action) => !allowed.includes(action))).toEqual([]);
    const reads = READING.every((action) => said.includes(action));
    expect(said.filter((action) => !made.includes(action) && !(reads && READING.includes(action)))).toEqual([]);
  });

  it('lists every command that reaches AWS', () => {
    const signed = new Set(calls.flatMap(({ who }) => (who === null || who === 'local' ? [] : [who])));
    expect([...signed].sort()).toEqual(COMMANDS.map(([name]) => name.replaceAll(' ', '_')).sort());
    expect(actionsOf('env')).toEqual([...FINDING].sort());
  });
});

describe('the policy of the page', () => {
  const [, json = ''] = /<!-- policy -->\n```json\n([\s\S]*?)```/.exec(PAGE) ?? [];
  const { Statement: written } = JSON.parse(json) as { readonly Statement: readonly Written[] };
  const all = written.map(statement);

  it.each(COMMANDS)('allows `celeriac %s`', (command) => {
    const denied = callsOf(command)
      .map(rightFor)
      .filter((right) => !allows(all, right));
    expect(denied).toEqual([]);
  });

  it('has nothing that no command calls', () => {
    const made = new Set([...COMMANDS.flatMap(([command]) => actionsOf(command)), ...READING]);
    expect(all.flatMap(({ actions }) => actions).filter((action) => !made.has(action))).toEqual([]);
  });

  it('lets somebody who only looks neither pause nor move anything', () => {
    const looking = written.filter(({ Sid }) => Sid === 'Look' || Sid === 'Lists').map(statement);
    const allowed = COMMANDS.filter(([command]) =>
      callsOf(command)
        .map(rightFor)
        .every((right) => allows(looking, right)),
    );
    expect(allowed.map(([command]) => command)).toEqual(['queues', 'result', 'graph', 'env', 'doctor']);
  });

  it('reaches no other app', () => {
    const others: readonly Right[] = [
      { action: 'sqs:ReceiveMessage', resource: 'arn:aws:sqs:eu-west-1:123456789012:bank-default' },
      { action: 'dynamodb:GetItem', resource: 'arn:aws:dynamodb:eu-west-1:123456789012:table/Bank-Table' },
      {
        action: 'lambda:GetFunctionConfiguration',
        resource: 'arn:aws:lambda:eu-west-1:123456789012:function:Bank-Worker',
      },
      { action: 'sqs:PurgeQueue', resource: 'arn:aws:sqs:eu-west-1:123456789012:shop-default' },
    ];
    expect(others.filter((right) => allows(all, right))).toEqual([]);
  });
});

interface Written {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

function statement({ Effect, Action, Resource, Sid: _, ...more }: Written): Statement {
  expect([Effect, more]).toEqual(['Allow', {}]);
  return { actions: [Action].flat(), resources: [Resource].flat() };
}

/** The names that CloudFormation gives to table and functions begin with the stack's; a list has no resource. */
function rightFor({ action, on }: RecordedCall): Right {
  const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:123456789012:${name}`;
  const [service = '', verb = ''] = action.split(':');
  const single = `${service}:${verb.replace(/Batch$/, '')}`;
  if (verb.startsWith('List')) return { action, resource: '*' };
  if (service === 'sqs') return { action: single, resource: arn('sqs', on ?? '') };
  if (service === 'dynamodb') return { action, resource: arn('dynamodb', 'table/Shop-TasksTable45D1B62D-1ABC') };
  const [, uuid] = /event-source-mappings\/(.+)$/.exec(on ?? '') ?? [];
  const resource = uuid ? `event-source-mapping:${uuid}` : 'function:Shop-TasksWorkersdefaultFunction-1ABC';
  return { action, resource: arn('lambda', resource) };
}
