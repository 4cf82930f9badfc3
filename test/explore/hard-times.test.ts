import { REQUIRED_FAULTS } from '../support/required-coverage.ts';
import { HARD_TIMES } from '../support/scenarios.ts';
import { exploreAll } from '../support/sim-explore.ts';

/** None of these reports progress or goes on with another request. */
exploreAll(
  HARD_TIMES,
  REQUIRED_FAULTS.filter((what) => !/^write:(progress|move): /.test(what)),
);
