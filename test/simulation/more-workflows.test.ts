import { simulateWorkflows } from '../support/workflow-suite.ts';

// the other half of them: the two files run side by side
simulateWorkflows(5_001, 5_000);
