import { ConfigurationError } from '../base/errors.ts';
import type { QueueOptions } from '../task/app-core.ts';
import { FunctionEnvironment } from './function-environment.ts';
import type { Reporter } from './function-spec.ts';

/** What an app says of itself. */
export interface Declared {
  readonly name: string;
  readonly queues: readonly (readonly [name: string, options: QueueOptions])[];
  readonly tasks: readonly DeclaredTask[];
  /** As `autodiscoverTasks` was given them. */
  readonly taskModules?: readonly string[];
}

/** A task that an app has. */
export interface DeclaredTask {
  readonly name: string;
  /** Where a call goes that says nothing else; absent if that depends on its arguments. */
  readonly queue?: string;
}

const LIMIT_MS = 10_000;

/**
 * Runs a bundle of `workerEntry` and asks it what the app declares.
 *
 * In a process of its own: modules of users may open connections, start timers or never come back.
 *
 * @throws {ConfigurationError} a module throws while it loads, or there is no app
 */
export async function readDeclared(
  bundlePath: string,
  environment: Readonly<Record<string, string>>,
  report: Pick<Reporter, 'log'>,
): Promise<Declared> {
  const process = new FunctionEnvironment(
    {
      name: 'discovery',
      handler: 'declared',
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
  if (result.kind === 'response') return result.response as Declared;
  throw new ConfigurationError(`the app cannot be read: ${result.error}`);
}
