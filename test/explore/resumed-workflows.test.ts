import { exploreWorkflows } from '../support/explored-workflows.ts';
import { RESUMED } from '../support/wf-resumed.ts';

exploreWorkflows(RESUMED, 0);
