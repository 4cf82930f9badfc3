import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const CDK = join(import.meta.dirname, '../../node_modules/.bin/cdk');
const NODE_BIN = join(import.meta.dirname, '../../node_modules/.bin');

/** A project of the CDK and where it is deployed to. */
export interface CdkProject {
  /** The folder with its `cdk.json`. */
  readonly folder: string;
  /** Where the CDK keeps its caches and the assembly, so that nothing is left in the project. */
  readonly scratch: string;
  /** Endpoint, credentials and region. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a run of the command line came to. */
export interface CdkRun {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/**
 * Runs the CDK's own command line, unmodified: `cdk deploy …`.
 *
 * @throws {Error} its exit code is not 0, and `mayFail` was not asked for; with what it has printed
 */
export async function cdk(
  { folder, scratch, env }: CdkProject,
  args: readonly string[],
  { mayFail = false }: { readonly mayFail?: boolean } = {},
): Promise<CdkRun> {
  const startedAtMs = performance.now();
  await mkdir(scratch, { recursive: true });
  const child = spawn(CDK, [...args, '--no-notices', '--output', join(scratch, 'cdk.out')], {
    cwd: folder,
    env: { ...inherited(), ...OFFLINE, CDK_HOME: join(scratch, 'cdk-home'), TMPDIR: scratch, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code !== 0 && !mayFail) throw new Error(`cdk ${args.join(' ')} ended with exit code ${code}:\n${output}`);
  return { code, output, seconds: (performance.now() - startedAtMs) / 1_000 };
}

const OFFLINE = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: '1', FORCE_COLOR: '0', NO_COLOR: '1' };

/** This process's variables without those that would lead to another account or endpoint. */
function inherited(): NodeJS.ProcessEnv {
  const { AWS_ENDPOINT_URL: _endpoint, AWS_CA_BUNDLE: _bundle, ...rest } = process.env;
  return { ...rest, PATH: `${NODE_BIN}:${rest.PATH}` };
}
