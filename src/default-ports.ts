import { awsPorts } from './aws/ports.ts';
import { readEnv } from './env.ts';
import type { Ports } from './ports/ports.ts';

/**
 * The ports that an app has unless it is given others: AWS, where the environment says.
 *
 * @throws {ConfigurationError} a variable is missing or not what it must be
 */
export function portsFromEnv(environment: NodeJS.ProcessEnv): Ports {
  const { queuePrefix, queueUrls, table, metricsByTask, region } = readEnv(environment);
  return awsPorts({ queuePrefix, queueUrls, table, metricsByTask, ...(region !== undefined ? { region } : {}) });
}
