import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { SHOWN_MEMBERS } from '../client/workflow-tree.ts';
import { call } from './call.ts';
import { dev } from './dev.ts';
import { listDlq, redriveDlq, showDlq } from './dlq.ts';
import { doctor } from './doctor.ts';
import { env } from './env.ts';
import { graph } from './graph.ts';
import { pause, resume } from './pause.ts';
import { queues } from './queues.ts';
import { result } from './result.ts';

const WAIT_SECONDS = 60;
const MAX_PORT = 65_535;

/** The whole command line: every command, option and default. */
export function program(): Command {
  const celeriac = new Command('celeriac')
    .description("Celery's daily surface for TypeScript on AWS")
    .version(version(), '-V, --version', 'print the version')
    .showHelpAfterError('(celeriac --help shows what there is)');
  addDev(celeriac);
  addSending(celeriac);
  addQueues(celeriac);
  addDeployed(celeriac);
  return celeriac;
}

function version(): string {
  const text = readFileSync(new URL(import.meta.resolve('celeriac/package.json')), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

function addDev(celeriac: Command): void {
  celeriac
    .command('dev')
    .description('run an app and its workers on an AWS that is embedded in this process, and show what happens')
    .argument('[path]', 'the module with the app, or a folder with app.ts or src/app.ts', '.')
    .option('-c, --concurrency <n>', 'batches of a queue that run at the same time (default: 2)', wholeFrom(1))
    .option(
      '--timeout <seconds>',
      'an invocation that takes longer is killed (default: 60, or 10 more than the longest time limit)',
      wholeFrom(1, 900),
    )
    .option(
      '--visibility <seconds>',
      'when messages come back whose function failed (default: timeout + 60)',
      wholeFrom(0, 43_200),
    )
    .option('--sqs-port <port>', 'port of the embedded SQS (default: a free one)', wholeFrom(1, MAX_PORT))
    .option('--dynamodb-port <port>', 'port of the embedded DynamoDB (default: a free one)', wholeFrom(1, MAX_PORT))
    .option('--allow-aws', 'start although AWS_ENDPOINT_URL… points elsewhere, and let AWS_… variables reach the tasks')
    .action(dev);
}

function addSending(celeriac: Command): void {
  withApp(celeriac.command('call'))
    .description('send a task to a running app and print its id')
    .argument('<task>', "the task's name")
    .argument('[args...]', 'its arguments as JSON; what is no JSON is a text')
    .option('-q, --queue <name>', 'another queue than the one it is routed to')
    .option('-w, --wait', 'wait for the result and print that instead')
    .option('--timeout <seconds>', 'how long to wait', wholeFrom(1), WAIT_SECONDS)
    .action(call);
  withApp(celeriac.command('result'))
    .description('print what is stored of a task or a group')
    .argument('<id>', "the task's id, or the group's, or the end of it as the log shows it")
    .option('-w, --wait', 'wait until it has ended')
    .option('--timeout <seconds>', 'how long to wait', wholeFrom(1), WAIT_SECONDS)
    .action(result);
  withApp(celeriac.command('graph'))
    .description('print a workflow as a tree with the states of its tasks')
    .argument('<id>', 'the id of its handle, or of any of its tasks, or the end of it as the log shows it')
    .option('--mermaid', 'print it as a Mermaid flowchart instead')
    .option(
      '--members <n>',
      'how many members of a group, or steps of a chain, to show one by one',
      wholeFrom(0),
      SHOWN_MEMBERS,
    )
    .action(graph);
  withApp(celeriac.command('env'))
    .description('print the variables for a producer: eval "$(celeriac env)"')
    .action(env);
}

function addQueues(celeriac: Command): void {
  withApp(celeriac.command('queues'))
    .description('print how many messages each queue holds, and which are paused')
    .action(queues);
  withApp(celeriac.command('pause'))
    .description(
      'let workers begin nothing of a queue until it is resumed; nothing is lost, and nothing counts as an attempt',
    )
    .argument('<queue>', "the queue's name in the app")
    .action(pause);
  withApp(celeriac.command('resume'))
    .description('let a paused queue go on')
    .argument('<queue>', "the queue's name in the app")
    .action(resume);
  const dlq = celeriac.command('dlq').description('dead letters: list them, look at one, move them back');
  withTask(withQueue(withApp(dlq.command('list'))))
    .description('print every dead letter with its reason')
    .action(listDlq);
  withQueue(withApp(dlq.command('show')))
    .description('print one dead letter with its arguments, and what waits for it')
    .argument('<id>', "the task's id, or its last 6 characters or more")
    .action(showDlq);
  withTask(withQueue(withApp(dlq.command('redrive'))))
    .description('move dead letters back to their queue, where they run again')
    .argument('[ids...]', "the tasks' ids, or their last 6 characters or more")
    .option('--all', 'all of them')
    .action(redriveDlq);
}

function addDeployed(celeriac: Command): void {
  celeriac
    .command('doctor')
    .description(
      'compare what is deployed with what the code declares, and say what to do; exits with 1 if something is wrong',
    )
    .argument('[path]', 'the module with the app, or a folder with app.ts or src/app.ts', '.')
    .option('-d, --deployed <prefix>', "what the names of its queues begin with (default: the app's name)")
    .action(doctor);
}

function withApp(command: Command): Command {
  return command
    .option(
      '--app <path>',
      'folder of the app that `celeriac dev` runs (default: this one, or one above); with --deployed, its code',
    )
    .option(
      '-d, --deployed <prefix>',
      "the app on AWS whose queues begin so: its name, unless the stack says otherwise; region and credentials are the SDK's own (default: where CELERIAC_QUEUE_PREFIX and CELERIAC_TABLE say, if they are set)",
    );
}

function withQueue(command: Command): Command {
  return command.option('-q, --queue <name>', 'only of this queue');
}

function withTask(command: Command): Command {
  return command.option('-t, --task <name>', 'only of this task');
}

function wholeFrom(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const to = most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`;
    throw new InvalidArgumentError(`It must be a whole number from ${least} ${to}.`);
  };
}
