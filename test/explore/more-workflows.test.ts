import { exploreWorkflows } from '../support/explored-workflows.ts';
import { WORKFLOWS } from '../support/wf-scenarios.ts';

exploreWorkflows(WORKFLOWS, 1);
