import { ConfigurationError } from '../../src/base/errors.ts';
import { checkThresholds } from '../monitoring/thresholds.ts';
import type { Check } from './checked.ts';

/** The thresholds of the alarms, which check themselves. */
export const checkAlarms: Check = ({ plan, props }, problems) => {
  if (props.alarms === undefined) return;
  try {
    checkThresholds(
      props.alarms,
      plan.queues.map(({ name }) => name),
    );
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.add(error.message);
  }
};
