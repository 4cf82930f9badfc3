import { exploreWorkflows } from '../support/explored-workflows.ts';
import { RESUMED } from '../support/resumed-scenarios.ts';

exploreWorkflows(RESUMED, 1);
