import { ConfigurationError } from '../../src/base/errors.ts';
import { Problems } from '../../src/base/problems.ts';
import { checkAlarms } from './check-alarms.ts';
import { checkEnvironment } from './check-environment.ts';
import { checkExistingQueues, checkTable } from './check-existing.ts';
import { checkPrefix, checkQueueNames, checkTaskGlobs } from './check-names.ts';
import { checkAccount, checkScaling } from './check-scaling.ts';
import { checkShape } from './check-shape.ts';
import { checkTwins } from './check-twins.ts';
import { checkWorkers } from './check-worker.ts';
import type { Check, Checked } from './checked.ts';

const CHECKS: readonly Check[] = [
  checkShape,
  checkPrefix,
  checkQueueNames,
  checkTaskGlobs,
  checkWorkers,
  checkEnvironment,
  checkScaling,
  checkAccount,
  checkExistingQueues,
  checkTable,
  checkAlarms,
  checkTwins,
];

/**
 * Refuses what cannot work, before anything is made of it: what CloudFormation would refuse, and what it would take.
 *
 * @throws {ConfigurationError} lists everything: what is wrong, what was got, what is allowed, what to do
 */
export function checkProps(checked: Checked): void {
  const problems = new Problems();
  for (const check of CHECKS) check(checked, problems);
  const what = `${checked.scope.node.path} cannot deploy the app "${checked.manifest.name}"`;
  problems.throwIfAny(what, (text) => new ConfigurationError(text));
}
