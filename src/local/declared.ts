import { ConfigurationError } from '../base/errors.ts';
import type { AppManifest } from '../task/manifest.ts';
import { FunctionEnvironment } from './function-environment.ts';
import type { Reporter } from './function-spec.ts';

const LIMIT_MS = 10_000;

/**
 * Runs a bundle of `handlers/manifest` and asks it what the app declares.
 *
 * In a process of its own: modules of users may open connections, start timers or never come back.
 *
 * @throws {ConfigurationError} a module throws while it loads, or there is no app
 */
export async function readDeclared(
  bundlePath: string,
  environment: Readonly<Record<string, string>>,
  report: Pick<Reporter, 'log'>,
): Promise<AppManifest> {
  const process = new FunctionEnvironment(
    {
      name: 'discovery',
      handler: 'handler',
      timeoutMs: LIMIT_MS,
      environment,
      freeze: false,
      guard: { add: () => {}, remove: () => {} },
      report: { event: () => {}, platform: () => {}, log: report.log },
    },
    1,
    bundlePath,
  );
  const result = await process.invoke({ Records: [] });
  process.kill('done');
  await process.gone();
  if (result.kind === 'response') return result.response as AppManifest;
  throw new ConfigurationError(`the app cannot be read: ${result.error}`);
}
