import { workflowTree } from '../client/workflow-tree.ts';
import { nothingStored, storedId } from './full-id.ts';
import { mermaid } from './graph-mermaid.ts';
import { graphText } from './graph-text.ts';
import { type AppOption, withRunning } from './with-running.ts';

/** The options of `celeriac graph`, as commander gives them. */
export interface GraphOptions extends AppOption {
  readonly mermaid?: boolean;
  readonly members: number;
}

/** Where the output is no terminal. */
const WIDTH = 100;
const LEAST_WIDTH = 60;
/** Prints a workflow as a tree with states; of an unknown id only that it is unknown, and the exit code is 1. */
export function graph(given: string, options: GraphOptions): Promise<void> {
  return withRunning(options, async (running) => {
    const id = await storedId(given, running);
    const tree = await workflowTree(id, running.tools.ports, options.members);
    if (tree.kind === 'task' && tree.state === 'PENDING' && !tree.task) {
      console.error(nothingStored(running));
      process.exitCode = 1;
      return;
    }
    const width = Math.max(LEAST_WIDTH, process.stdout.columns ?? WIDTH);
    console.log(options.mermaid ? mermaid(tree) : graphText(tree, { width, shown: options.members, now: new Date() }));
  });
}
