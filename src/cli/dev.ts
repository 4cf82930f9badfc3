import { ConfigurationError } from '../base/errors.ts';
import { deploy } from '../local/deploy.ts';
import type { LoadedApp } from '../local/load-app.ts';
import type { Local } from '../local/local.ts';
import type { LocalOptions } from '../local/local-options.ts';
import { prepareLocal } from '../local/start-local.ts';
import { devBanner } from './dev-banner.ts';
import { DevPrinter } from './dev-printer.ts';
import { refuseSecondDev, removeDevState, writeDevState } from './dev-state.ts';
import { closingLine, messagesLeft } from './leftover.ts';
import { stopRequest } from './stop-request.ts';

/** The options of `celeriac dev`, as commander gives them. */
export interface DevOptions {
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly visibility?: number;
  readonly sqsPort?: number;
  readonly dynamodbPort?: number;
  readonly allowAws?: boolean;
}

/**
 * Runs an app on the embedded AWS until it is asked to stop, and shows what happens.
 *
 * @throws {CeleriacError} it cannot start, or an embedded server has ended
 */
export async function dev(path: string, options: DevOptions): Promise<void> {
  const stop = stopRequest();
  const printer = new DevPrinter((line) => console.log(line));
  const died = Promise.withResolvers<never>();
  died.promise.catch(() => {}); // it may happen while nobody waits for it yet
  const running = start(path, localOptions(options, printer, died.reject), printer);
  const stoppedEarly = stop.then(() => undefined);
  const started = await Promise.race([running, stoppedEarly]);
  if (!started) process.exit(); // its children go with it
  let left: number | undefined;
  try {
    await Promise.race([stop, died.promise]);
    left = await messagesLeft(started.local);
  } finally {
    removeDevState(started.app.found.root);
    await started.local.stop();
  }
  console.log(closingLine(left));
}

interface Started {
  readonly app: LoadedApp;
  readonly local: Local;
}

async function start(path: string, options: LocalOptions, printer: DevPrinter): Promise<Started> {
  const app = await prepareLocal({ appPath: path, ...options });
  const { declared, found, deployment } = app;
  refuseSecondDev(found.root);
  const queues = declared.queues.map(([name]) => name);
  printer.setWidths({ queue: longest(queues), task: longest(declared.tasks.map(({ name }) => name)) });
  const local = await deploy(deployment, options);
  const { addresses } = local;
  writeDevState(found.root, { pid: process.pid, app: declared.name, addresses, queues, tasks: declared.tasks });
  console.log(devBanner(app, addresses));
  return { app, local };
}

function localOptions(
  { concurrency, timeout, visibility, sqsPort, dynamodbPort, allowAws }: DevOptions,
  printer: DevPrinter,
  fail: (error: Error) => void,
): LocalOptions {
  return {
    ...(concurrency !== undefined ? { concurrency } : {}),
    ...(timeout !== undefined ? { functionTimeoutSeconds: timeout } : {}),
    ...(visibility !== undefined ? { visibilitySeconds: visibility } : {}),
    ...(allowAws !== undefined ? { allowAws } : {}),
    ports: {
      ...(sqsPort !== undefined ? { sqs: sqsPort } : {}),
      ...(dynamodbPort !== undefined ? { dynamodb: dynamodbPort } : {}),
    },
    onEvent: (event) => printer.event(event),
    onLog: (line) => printer.log(line),
    onPlatform: (event) => printer.platform(event),
    onServerDied: (service) =>
      fail(new ConfigurationError(`the embedded ${service} server has ended, and what it held is gone; start again`)),
  };
}

function longest(names: readonly string[]): number {
  return Math.max(0, ...names.map(({ length }) => length));
}
