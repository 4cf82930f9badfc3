import { relative } from 'node:path';
import type { Addresses } from '../local/addresses.ts';
import type { LoadedApp } from '../local/load-app.ts';
import { COMMAND } from './command.ts';
import { styled } from './style.ts';

const LABEL_WIDTH = 11;

/** Where everything is, and how to send a task. */
export function devBanner({ declared, found }: LoadedApp, addresses: Addresses): string {
  const { tasks, queues } = declared;
  const nameWidth = Math.max(...tasks.map(({ name }) => name.length));
  const taskLines = tasks.map(({ name, queue }) => `${name.padEnd(nameWidth)}  → ${queue ?? 'by its arguments'}`);
  const app = inFolder(found.root);
  const lines = [
    ...labelled('tasks', taskLines),
    ...labelled('queues', [`${addresses.queuePrefix}<name>`, queues.map(([name]) => name).join(', ')]),
    ...labelled('', ['each with <name>-lost and <name>-dlq']),
    ...labelled('table', [`${addresses.table} at ${addresses.dynamoEndpoint}`]),
    '',
    ...labelled('send', [styled('bold', `${COMMAND} call ${tasks[0]?.name ?? '<task>'} [args…]${app} --wait`)]),
    ...labelled('from code', [styled('bold', `eval "$(${COMMAND} env${app})"`)]),
    ...labelled('code', ['as it was at the start; restart for changes, which empties the queues']),
    ...labelled('stop', ['Ctrl-C; everything is in memory and gone then']),
  ];
  const title = styled('bold', `celeriac dev  ${declared.name}`);
  return [`${title}  ${styled('dim', relative(process.cwd(), found.module))}`, '', ...lines, ''].join('\n');
}

/** The option that finds this app from where the command was given; none if it is found anyway. */
function inFolder(root: string): string {
  const path = relative(process.cwd(), root);
  return path === '' || path.startsWith('..') ? '' : ` --app ${path}`;
}

function labelled(label: string, lines: readonly string[]): readonly string[] {
  return lines.map((line, index) => `  ${styled('dim', (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`);
}
