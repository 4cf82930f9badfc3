import { ConfigurationError } from '../base/errors.ts';
import type { AppDeclaration } from './app-declaration.ts';

/**
 * What stands behind an app that `createApp` made: its registry is live, tasks defined later appear in it.
 *
 * @throws {ConfigurationError} it is no such app
 */
export function coreOf(app: object): AppDeclaration {
  const core = CORES.get(app);
  if (core) return core;
  throw new ConfigurationError('this is no app; pass what createApp() returned');
}

/** Remembers what stands behind an app. */
export function setCore(app: object, core: AppDeclaration): void {
  CORES.set(app, core);
}

const CORES = new WeakMap<object, AppDeclaration>();
