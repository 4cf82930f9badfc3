import { deploy } from './deploy.ts';
import type { Reporter } from './function-spec.ts';
import { functionVariables } from './function-variables.ts';
import { inheritedVariables } from './inherited.ts';
import { type LoadedApp, loadApp } from './load-app.ts';
import type { Local } from './local.ts';
import type { LocalOptions } from './local-options.ts';
import { refuseRealAws } from './real-aws.ts';

/** Which app, and how it runs. */
export interface StartLocalOptions extends LocalOptions {
  /** The module with the app, or a folder with `app.ts` or `src/app.ts`. */
  readonly appPath: string;
}

/**
 * Finds and bundles an app, starts the embedded AWS and runs the app's functions on it.
 *
 * @throws {ConfigurationError} there is no app or no task, its code cannot be loaded, or a port is taken
 * @throws {RealAwsError} the environment points at an AWS elsewhere
 */
export async function startLocal({ appPath, ...options }: StartLocalOptions): Promise<Local> {
  const { deployment } = await prepareLocal({ appPath, ...options });
  return deploy(deployment, options);
}

/** The first half of `startLocal`: finds, reads and bundles the app, and starts nothing. */
export function prepareLocal({ appPath, ...options }: StartLocalOptions): Promise<LoadedApp> {
  const inherited = inheritedVariables();
  const { allowAws = false, env: extra = {}, onLog } = options;
  if (!allowAws) refuseRealAws(inherited);
  const environment = functionVariables({ inherited, addresses: {}, extra, functionName: 'discovery', allowAws });
  const report: Pick<Reporter, 'log'> = { log: (line) => onLog?.(line) };
  return loadApp(appPath, { environment, report });
}
