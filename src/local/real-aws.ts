import { RealAwsError } from '../base/errors.ts';
import { ENV } from '../env.ts';

/**
 * Refuses an environment that points at an AWS which is not on this machine: what looks like a try must not reach it.
 *
 * Credentials and profiles are no such sign; tasks do not get them here.
 *
 * @throws {RealAwsError} names each variable
 */
export function refuseRealAws(environment: NodeJS.ProcessEnv): void {
  const pointing = Object.entries(environment).filter(
    ([name, value]) => isEndpoint(name) && value && !isLoopback(value),
  );
  if (pointing.length === 0) return;
  const shown = pointing.map(([name, value]) => `\`${name}\` (${value})`).join(', ');
  throw new RealAwsError(`${shown} points away from this machine; unset it, or pass --allow-aws to start all the same`);
}

function isEndpoint(name: string): boolean {
  return name.startsWith('AWS_ENDPOINT_URL') || name === ENV.queuePrefix;
}

/** Tells whether a URL leads to this machine. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || hostname.startsWith('127.')
  );
}
