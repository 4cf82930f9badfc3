import { Token } from 'aws-cdk-lib';
import { LAMBDA_MAX_ENVIRONMENT_BYTES } from '../../src/base/limits.ts';
import { wrong } from '../../src/base/option-readers.ts';
import type { Problems } from '../../src/base/problems.ts';
import { ENV } from '../../src/env.ts';
import type { AppPlan } from '../plan.ts';
import type { Check } from './checked.ts';

/** What the construct says itself. */
const OURS: readonly string[] = [ENV.queuePrefix, ENV.table, ENV.queueUrls, ENV.checkMapping];
/** What is left to the stack. */
const SETTABLE: readonly string[] = Object.values(ENV).filter((name) => !OURS.includes(name));
const OUR_PREFIX = 'CELERIAC_';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const NAME = /^[A-Za-z][A-Za-z0-9_]+$/;
const RESERVED =
  /^(AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|AWS_LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** About as long as a URL or a generated name is, for values that only the deployment knows. */
const UNKNOWN_BYTES = 100;

/** The users' variables: their names, and that there is room for all of a function. */
export const checkEnvironment: Check = ({ plan, props }, problems) => {
  checkVariables('environment', props.environment, problems);
  for (const { name, props: own, environment } of plan.queues) {
    checkVariables(`queues.${name}.environment`, own.environment, problems);
    const bytes = bytesOf(environment) + ourBytes(plan);
    if (bytes <= LAMBDA_MAX_ENVIRONMENT_BYTES) continue;
    problems.add(
      `the variables of the worker of queue "${name}" have about ${bytes} bytes with ours, and Lambda allows ${LAMBDA_MAX_ENVIRONMENT_BYTES}; keep what is long in SSM or Secrets Manager, and its name here`,
    );
  }
};

function checkVariables(at: string, variables: Readonly<Record<string, unknown>> = {}, problems: Problems): void {
  for (const [name, value] of Object.entries(variables)) {
    const problem = problemOf(name);
    if (problem) problems.add(`\`${at}\` has ${name}, ${problem}`);
    if (typeof value !== 'string') problems.add(wrong(`${at}.${name}`, 'a text', value).message);
  }
}

function problemOf(name: string): string | undefined {
  if (OURS.includes(name)) return 'which the construct sets itself; leave it out';
  if (name.startsWith(OUR_PREFIX) && !SETTABLE.includes(name)) {
    return `which there is not; of Celeriac's own there may be ${SETTABLE.join(', ')}`;
  }
  if (RESERVED.test(name)) return 'which Lambda sets itself; call it otherwise';
  return NAME.test(name)
    ? undefined
    : 'but a name has letters, digits and _, begins with a letter, and has at least two of them';
}

function bytesOf(variables: Readonly<Record<string, unknown>>): number {
  const sizes = Object.entries(variables).map(
    ([name, value]) => name.length + (Token.isUnresolved(value) ? UNKNOWN_BYTES : Buffer.byteLength(String(value))),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function ourBytes({ queues }: AppPlan): number {
  const existing = queues.filter(({ props }) => props.queue);
  const names = [ENV.queuePrefix, ENV.table, ENV.checkMapping, ...(existing.length > 0 ? [ENV.queueUrls] : [])];
  const urls = existing.map(({ name }) => name.length + UNKNOWN_BYTES);
  return [...names.map((name) => name.length), 2 * UNKNOWN_BYTES, ...urls].reduce((sum, size) => sum + size, 0);
}
