import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';
import { type OwnProcess, startProcess } from './own-process.ts';
import { pythonEnvironment } from './venv.ts';

const REQUIREMENTS = join(import.meta.dirname, 'localstack/requirements.txt');
/** Serves DynamoDB with moto; its `dist-info` is how LocalStack finds it. */
const PLUGIN = join(import.meta.dirname, 'localstack/plugin');
const READY_SECONDS = 120;
const GRACE_SECONDS = 15;

/** How LocalStack is started. */
export interface LocalStackOptions {
  /** A Python 3.13: its path or command. */
  readonly python: string;
  /** A folder for its files; made if it is not there. */
  readonly folder: string;
  readonly logFile: string;
}

/** A running LocalStack. */
export interface LocalStack {
  /** What a client, the CDK and a command need to reach it: endpoint, credentials, region. */
  readonly env: Readonly<Record<string, string>>;
  readonly process: OwnProcess;
  stop(): Promise<void>;
}

/**
 * Starts LocalStack in host mode, without Docker and without a token, on a free port of the loopback, from the pinned virtual
 * environment.
 *
 * @see docs/emulators.md
 */
export async function startLocalStack({ python, folder, logFile }: LocalStackOptions): Promise<LocalStack> {
  const command = await pythonEnvironment({ name: 'localstack', file: REQUIREMENTS, python });
  const address = `127.0.0.1:${await freePort()}`;
  const places = { HOME: join(folder, 'home'), FILESYSTEM_ROOT: join(folder, 'fs'), TMPDIR: join(folder, 'tmp') };
  for (const place of Object.values(places)) await mkdir(place, { recursive: true });
  const own = startProcess({
    command,
    args: ['-m', 'localstack.runtime.main'],
    cwd: folder,
    logFile,
    env: {
      PATH: `${dirname(command)}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      ...places,
      ...SETTINGS,
      GATEWAY_LISTEN: address,
      LOCALSTACK_HOST: address, // a queue's URL must begin as the client's endpoint does
    },
  });
  try {
    await own.printed('Ready.', READY_SECONDS); // its health page answers earlier
  } catch (error) {
    await own.stop(GRACE_SECONDS);
    throw error;
  }
  return {
    env: { ...REACH, AWS_ENDPOINT_URL: `http://${address}` },
    process: own,
    stop: () => own.stop(GRACE_SECONDS),
  };
}

/** Each of them matters. */
const SETTINGS = {
  PYTHONPATH: PLUGIN,
  PYTHONDONTWRITEBYTECODE: '1', // the plug-in's folder is part of the sources
  PROVIDER_OVERRIDE_DYNAMODB: 'moto', // its own provider downloads DynamoDB Local
  OVERRIDE_IN_DOCKER: '0', // else it writes to folders of the system
  GATEWAY_SERVER: 'hypercorn', // the other one listens on every interface
  SQS_ENDPOINT_STRATEGY: 'path',
  SQS_DISABLE_CLOUDWATCH_METRICS: '1', // with them it is three times slower and does not end
  DISABLE_EVENTS: '1', // nothing is told to anybody
  SKIP_SSL_CERT_DOWNLOAD: '1',
  DNS_ADDRESS: '0',
  AWS_EC2_METADATA_DISABLED: 'true',
};

const REACH = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};
