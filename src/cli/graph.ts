import { workflowTree } from '../client/workflow-tree.ts';
import { storedId } from './full-id.ts';
import { mermaid } from './graph-mermaid.ts';
import { graphText } from './graph-text.ts';
import { type AppOption, withDev } from './with-dev.ts';

/** The options of `celeriac graph`, as commander gives them. */
export interface GraphOptions extends AppOption {
  readonly mermaid?: boolean;
  readonly members: number;
}

/** Where the output is no terminal. */
const WIDTH = 100;
const LEAST_WIDTH = 60;
const NOTHING_STORED =
  'celeriac: nothing is stored under this id: not begun, expired, or neither an id nor the end of one';

/** Prints a workflow as a tree with states; of an unknown id only that it is unknown, and the exit code is 1. */
export function graph(given: string, options: GraphOptions): Promise<void> {
  return withDev(options, async (tools) => {
    const tree = await workflowTree(await storedId(given, tools), tools.ports, options.members);
    if (tree.kind === 'task' && tree.state === 'PENDING' && !tree.task) {
      console.error(NOTHING_STORED);
      process.exitCode = 1;
      return;
    }
    const width = Math.max(LEAST_WIDTH, process.stdout.columns ?? WIDTH);
    console.log(options.mermaid ? mermaid(tree) : graphText(tree, { width, shown: options.members, now: new Date() }));
  });
}
