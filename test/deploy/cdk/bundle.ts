import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

/** Bundles a module that exports `handler`, as somebody's own function beside the workers is; its handler is `index.handler`. */
export function bundled(module: string): Code {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  buildSync({
    entryPoints: [module],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    conditions: ['celeriac-source'],
    outfile: join(folder, 'index.js'),
  });
  return Code.fromAsset(folder);
}
