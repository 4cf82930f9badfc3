import { REQUIRED_FAULTS } from '../support/required-coverage.ts';
import { ONE_TASK } from '../support/scenarios.ts';
import { exploreAll } from '../support/sim-explore.ts';

/** Only the function of the lost queues reads a single item. */
exploreAll(
  ONE_TASK,
  REQUIRED_FAULTS.filter((what) => !what.startsWith('read: ')),
);
