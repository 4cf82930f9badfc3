import { workflowTree } from '../client/workflow-tree.ts';
import { mermaid } from './graph-mermaid.ts';
import { graphText } from './graph-text.ts';
import { type AppOption, withDev } from './with-dev.ts';

/** The options of `celeriac graph`, as commander gives them. */
export interface GraphOptions extends AppOption {
  readonly mermaid?: boolean;
  readonly members: number;
}

const WIDTH = 100;
const NOTHING_STORED = 'celeriac: nothing is stored under this id: not begun, expired, or not the whole id';

/** Prints a workflow as a tree with states; an unknown id is one PENDING task, and the exit code is 1. */
export function graph(id: string, options: GraphOptions): Promise<void> {
  return withDev(options, async ({ ports }) => {
    const tree = await workflowTree(id, ports, options.members);
    const width = Math.max(WIDTH, process.stdout.columns ?? WIDTH);
    console.log(options.mermaid ? mermaid(tree) : graphText(tree, { width, shown: options.members, now: new Date() }));
    if (tree.kind !== 'task' || tree.state !== 'PENDING' || tree.task) return;
    console.error(NOTHING_STORED);
    process.exitCode = 1;
  });
}
