import { ConfigurationError } from '../base/errors.ts';
import type { Ports } from '../ports/ports.ts';
import type { AppCore } from '../task/app-core.ts';
import { currentTask } from './scope.ts';

/**
 * Says how an app reaches its queues and its table; asked for once, at the first use. A later `connect` replaces it.
 *
 * `createApp` connects an app to AWS by the environment; `celeriac dev` and tests connect it elsewhere.
 *
 * @returns connects it again as it was before, unless somebody else has connected it since
 */
export function connect(core: AppCore, provide: () => Ports): () => void {
  const [before, connection] = [CONNECTIONS.get(core), { provide }];
  CONNECTIONS.set(core, connection);
  return () => {
    if (before && CONNECTIONS.get(core) === connection) CONNECTIONS.set(core, before);
  };
}

/**
 * The ports of an app.
 *
 * @throws {ConfigurationError} nobody has connected it, or the environment does not say where its queues are
 */
export function portsOf(core: AppCore): Ports {
  const connection = CONNECTIONS.get(core);
  if (!connection) throw new ConfigurationError(`app "${core.name}" is not connected`);
  connection.ports ??= connection.provide();
  return connection.ports;
}

/** The ports of the task that is running here, otherwise the app's own: what a task sends leaves by its worker's. */
export function portsHere(core: AppCore): Ports {
  return currentTask.getStore()?.ports ?? portsOf(core);
}

interface Connection {
  readonly provide: () => Ports;
  ports?: Ports;
}

const CONNECTIONS = new WeakMap<AppCore, Connection>();
