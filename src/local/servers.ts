import type { ChildProcess } from 'node:child_process';
import { ConfigurationError } from '../base/errors.ts';
import { exited, forkOwn } from './own-process.ts';

/** What the parent tells a server's process. */
export interface ToServerProcess {
  /** A process to kill when the parent is gone. */
  readonly guard?: number;
  /** One that has ended. */
  readonly release?: number;
}

/** Kills processes that cannot notice by themselves that their parent is gone. */
export interface Guard {
  add(pid: number): void;
  remove(pid: number): void;
}

/** The embedded AWS: SQS and DynamoDB on the loopback, in memory. */
export interface Servers {
  readonly sqsEndpoint: string;
  readonly dynamoEndpoint: string;
  readonly guard: Guard;
  /** Ends both; leaves no process and no port. */
  stop(): Promise<void>;
}

/** How the servers are to be started. */
export interface ServersOptions {
  /** @default free ones */
  readonly ports?: { readonly sqs?: number; readonly dynamodb?: number };
  /** Called when one ends that nobody stopped. */
  readonly onDied?: (service: string) => void;
}

/**
 * Starts fauxqs and dynalite, each in a process of its own that ends with this one, however this one ends.
 *
 * @throws {ConfigurationError} a port that was asked for is taken
 */
export async function startServers(options: ServersOptions = {}): Promise<Servers> {
  const { sqs = 0, dynamodb = 0 } = options.ports ?? {};
  const servers = [fork('sqs', sqs), fork('dynamodb', dynamodb)] as const;
  let stopping = false;
  const stop = async () => {
    stopping = true;
    for (const { child } of servers) child.kill('SIGKILL');
    await Promise.all(servers.map(({ child }) => exited(child)));
  };
  try {
    const [sqsPort, dynamoPort] = await Promise.all([servers[0].listening, servers[1].listening]);
    for (const { child, service } of servers) child.once('exit', () => stopping || options.onDied?.(service));
    return {
      sqsEndpoint: `http://127.0.0.1:${sqsPort}`,
      dynamoEndpoint: `http://127.0.0.1:${dynamoPort}`,
      guard: guardIn(servers[0].child),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Starting {
  readonly service: string;
  readonly child: ChildProcess;
  readonly listening: Promise<number>;
}

function fork(service: string, port: number): Starting {
  const child = forkOwn('server-process', [service, String(port)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const listening = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () =>
      reject(new ConfigurationError(`the embedded ${service} server ended before it was listening`)),
    );
    child.once('message', (said: { port?: number; error?: string }) => {
      if (said.port !== undefined) return resolve(said.port);
      reject(new ConfigurationError(`the embedded ${service} server cannot start: ${said.error}`));
    });
  });
  return { service, child, listening };
}

function guardIn(child: ChildProcess): Guard {
  const tell = (message: ToServerProcess) => child.connected && child.send(message, () => {});
  return { add: (guard) => void tell({ guard }), remove: (release) => void tell({ release }) };
}
