import { simulateWorkflows } from '../support/workflow-suite.ts';

simulateWorkflows(1, 5_000);
