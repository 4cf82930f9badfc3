import { exploreWorkflows } from '../support/explored-workflows.ts';
import { WORKFLOWS } from '../support/workflow-scenarios.ts';

exploreWorkflows(WORKFLOWS, 1);
