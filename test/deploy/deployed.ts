import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CdkRun, cdk } from '../../scripts/emulators/cdk-cli.ts';
import { connect } from '../../src/client/connection.ts';
import { portsFromEnv } from '../../src/default-ports.ts';
import { ENV } from '../../src/env.ts';
import { QueueTools } from '../../src/operations/queue-tools.ts';
import { ON_AWS } from '../../src/operations/receive-all.ts';
import { coreOf } from '../../src/task/core-of.ts';
import type { Clients } from './clients.ts';
import type { Target } from './target.ts';

/** A CDK project with one stack of one app. */
export interface StackOptions {
  readonly target: Target;
  readonly clients: Clients;
  /** The folder with its `cdk.json`. */
  readonly folder: string;
  readonly stack: string;
  /** In place of the one in `cdk.json`. */
  readonly command?: string;
  /** Variables for its program. */
  readonly env?: Readonly<Record<string, string>>;
  /** Always given, as `-c name=value`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** A stack that the CDK's command line deploys, and the app in it. */
export class DeployedStack {
  readonly #options: StackOptions;
  #outputs: Readonly<Record<string, string>> = {};

  constructor(options: StackOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.stack;
  }

  /** @param context  of this deployment only */
  async deploy(context: Readonly<Record<string, string>> = {}): Promise<CdkRun> {
    const file = join(this.#options.target.scratch, `${this.name}.json`);
    const args = ['deploy', this.name, '--require-approval', 'never', '--outputs-file', file];
    const run = await this.#cdk(args, context);
    this.#outputs = JSON.parse(await readFile(file, 'utf8'))[this.name];
    return run;
  }

  /** Compares what is deployed with the code: the exit code says whether they differ. */
  diff(): Promise<CdkRun> {
    return this.#cdk(['diff', this.name, '--fail'], {}, true);
  }

  destroy(): Promise<CdkRun> {
    return this.#cdk(['destroy', this.name, '--force'], {});
  }

  /** The value of the output whose name begins so. */
  output(start: string): string {
    const found = Object.entries(this.#outputs).find(([name]) => name.startsWith(start));
    if (!found)
      throw new Error(`stack ${this.name} has no output ${start}…, only ${Object.keys(this.#outputs).join(', ')}`);
    return found[1];
  }

  /** What a producer is told: where the queues and the table are. */
  get environment(): Readonly<Record<string, string>> {
    const queuePrefix = this.output('TasksQueueUrldefault').slice(0, -'default'.length);
    return { [ENV.queuePrefix]: queuePrefix, [ENV.table]: this.output('TasksTableOutput') };
  }

  /** Lets this process send to the app and read its results, as any producer does. */
  connect(app: object): void {
    const environment = { ...process.env, ...this.environment };
    connect(coreOf(app), () => portsFromEnv(environment));
  }

  /** What an operator has: depths, dead letters, redrive. */
  get tools(): QueueTools {
    const { sqs, dynamo } = this.#options.clients;
    const { [ENV.queuePrefix]: queuePrefix = '', [ENV.table]: table = '' } = this.environment;
    return new QueueTools({ place: { queuePrefix, table }, sqs, dynamo, patience: ON_AWS });
  }

  #cdk(args: readonly string[], context: Readonly<Record<string, string>>, mayFail = false): Promise<CdkRun> {
    const { target, folder, command, env = {} } = this.#options;
    const given = Object.entries({ ...this.#options.context, ...context }).flatMap(([name, value]) => [
      '--context',
      `${name}=${value}`,
    ]);
    const app = command === undefined ? [] : ['--app', command];
    const project = { folder, scratch: join(target.scratch, this.name), env: { ...target.env, ...env } };
    return cdk(project, [...args, ...given, ...app], { mayFail });
  }
}
