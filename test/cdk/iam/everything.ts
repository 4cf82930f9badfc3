import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { keyAttributes } from '../../../src/aws/item-codec.ts';
import { queueNoteKey } from '../../../src/aws/table.ts';
import { connect } from '../../../src/client/connection.ts';
import { ENV } from '../../../src/env.ts';
import { deploy } from '../../../src/local/deploy.ts';
import type { Local } from '../../../src/local/local.ts';
import { localDynamo } from '../../../src/local/local-clients.ts';
import { prepareLocal } from '../../../src/local/start-local.ts';
import { coreOf } from '../../../src/task/core-of.ts';
import { type DoubleCall, startLambdaDouble } from '../../support/lambda-double.ts';
import { callerOf, type RecordedCall, recordCalls } from '../../support/recorded-calls.ts';
import { app } from './app/app.ts';
import { type Callers, callersOf } from './callers.ts';
import { byItself, everythingOn, neverReached, QUEUES, type QueueName, type Stage } from './scenarios.ts';

/** The app's module. */
export const APP: string = join(import.meta.dirname, 'app/app.ts');

/** Variables of a worker and of the lost function, beside those by which they find everything. */
export interface OwnVariables {
  readonly worker: Readonly<Record<string, string>>;
  readonly lost: Readonly<Record<string, string>>;
}

/** A queue's own, so that each has a worker of its own; what fails as a whole comes back soon. */
const TIMES = { functionTimeoutSeconds: 120, visibilitySeconds: 5 };

/**
 * Runs everything that functions, producers and readers can do, once on each queue, in processes of their own, and returns the
 * calls that reached AWS.
 */
export async function everythingRun(own: OwnVariables): Promise<readonly RecordedCall[]> {
  const recording = recordCalls();
  const lambda = await startLambdaDouble();
  let local: Local | undefined;
  let callers: Callers | undefined;
  try {
    Object.assign(process.env, recording.environment);
    const { started, worker } = await deployed(own, lambda.endpoint);
    local = started;
    callers = callersOf(local.addresses);
    const { ports, ...rest } = callers;
    connect(coreOf(app), () => ports);
    const stage = { ...rest, ports, recording };
    const look = { stage, local, worker, calls: lambda.calls };
    if (ENV.checkMapping in own.worker) for (const queue of QUEUES) await looked(queue, look);
    for (const queue of QUEUES) await neverReached(queue, stage);
    await Promise.all(QUEUES.map((queue) => everythingOn(queue, stage)));
    return [...recording.calls(), ...lambda.calls.map(lookAtMapping)];
  } finally {
    for (const name of Object.keys(recording.environment)) delete process.env[name];
    callers?.close();
    await Promise.all([local?.stop(), lambda.stop()]);
    recording.end();
  }
}

async function deployed(own: OwnVariables, lambdaEndpoint: string) {
  const options = { queues: { default: TIMES, other: TIMES }, env: { AWS_ENDPOINT_URL_LAMBDA: lambdaEndpoint } };
  const { deployment } = await prepareLocal({ appPath: APP, ...options });
  const { worker, lost } = deployment.bundles;
  const bundles = { worker: withVariables(worker, own.worker), lost: withVariables(lost, own.lost) };
  const started = await deploy({ ...deployment, bundles }, { concurrency: 3, ...options });
  return { started, worker: bundles.worker };
}

interface Looking {
  readonly stage: Stage;
  readonly local: Local;
  readonly worker: string;
  readonly calls: readonly DoubleCall[];
}

/**
 * Lets a queue's worker look at its mapping while nothing else runs. It gives that up after two seconds and does not try again
 * for an hour, so on a busy machine it is started anew, and what it has noted is forgotten.
 */
async function looked(queue: QueueName, { stage, local, worker, calls }: Looking): Promise<void> {
  const who = `${app.name}-worker-${queue}`;
  const { table } = local.addresses;
  const dynamo = localDynamo(local.addresses);
  for (let tries = 0; tries < 5; tries++) {
    await byItself(queue, stage);
    if (calls.some(({ headers }) => callerOf(headers.authorization) === who)) break;
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: keyAttributes(queueNoteKey(queue)) }));
    local.swap(worker);
  }
  dynamo.destroy();
}

/** A bundle beside another one, which loads that with some variables set. */
function withVariables(bundle: string, variables: Readonly<Record<string, string>>): string {
  const path = join(dirname(bundle), `with-variables-${basename(bundle)}`);
  const set = `Object.assign(process.env, ${JSON.stringify(variables)});`;
  writeFileSync(path, `${set}\nexport const { handler } = await import('./${basename(bundle)}');\n`);
  return path;
}

function lookAtMapping({ action, headers }: DoubleCall): RecordedCall {
  return { who: callerOf(headers.authorization), action: `lambda:${action}`, on: null };
}
