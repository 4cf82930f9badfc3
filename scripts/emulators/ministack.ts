import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { freePort } from './free-port.ts';
import { type OwnProcess, startProcess } from './own-process.ts';
import { pythonEnvironment } from './venv.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements-ministack.txt');
/** MiniStack itself, with two things changed. */
const START = join(import.meta.dirname, 'start_ministack.py');
/** Holds Node 24, which MiniStack runs functions with: it takes the first `node` of its PATH. */
const NODE_BIN = join(import.meta.dirname, '../../node_modules/.bin');
const READY_SECONDS = 60;

/** How MiniStack is started. */
export interface MiniStackOptions {
  /** An existing folder for its files. Inside this repository: custom resources look for modules from there upwards. */
  readonly folder: string;
  readonly logFile: string;
  /**
   * Refuses what the caller's policies do not allow, over TLS with a certificate of its own, which this process then trusts.
   * @default false
   */
  readonly iam?: boolean;
}

/** A running MiniStack. */
export interface MiniStack {
  /** What a client, the CDK and a command need to reach it: endpoint, credentials, region, certificate. */
  readonly env: Readonly<Record<string, string>>;
  /** Its process; its log holds what the functions print. */
  readonly process: OwnProcess;
  stop(): Promise<void>;
}

/**
 * Starts MiniStack on a free port of the loopback, from the pinned virtual environment.
 *
 * @see docs/emulators.md
 */
export async function startMiniStack({ folder, logFile, iam = false }: MiniStackOptions): Promise<MiniStack> {
  const python = await pythonEnvironment({ name: 'ministack', file: REQUIREMENTS });
  // its runner of functions is CommonJS in a `.js`, and must not be taken for a module of this package
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
  const port = await freePort();
  const certificate = join(folder, 'ministack-tls', 'server.crt');
  const trust = iam ? { NODE_EXTRA_CA_CERTS: certificate, AWS_CA_BUNDLE: certificate } : {};
  const own = startProcess({
    command: python,
    args: [START],
    cwd: folder,
    logFile,
    env: {
      PATH: `${NODE_BIN}:${process.env.PATH}`,
      HOME: folder,
      TMPDIR: folder,
      LANG: 'C.UTF-8',
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1', // a queue's URL must begin as the client's endpoint does
      GATEWAY_PORT: String(port),
      SFTP_ENABLED: '0',
      ...(iam ? { AUTH: 'true', USE_SSL: '1', ...trust } : {}),
    },
  });
  const endpoint = `${iam ? 'https' : 'http'}://127.0.0.1:${port}`;
  try {
    if (iam) await own.until(() => trustAlso(certificate), READY_SECONDS);
    await own.until(async () => (await fetch(`${endpoint}/_ministack/health`)).ok, READY_SECONDS);
  } catch (error) {
    await own.stop();
    throw error;
  }
  return { env: { ...REACH, AWS_ENDPOINT_URL: endpoint, ...trust }, process: own, stop: () => own.stop() };
}

const REACH = {
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** Makes this process trust a certificate once it is there. */
async function trustAlso(path: string): Promise<boolean> {
  const certificate = await readFile(path, 'utf8');
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
  return true;
}
