import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LOOK_EVERY_MS = 50;

/** How a server is started. */
export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment: nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Path of the file that takes what it prints; what was in it is gone. */
  readonly logFile: string;
}

/** A server that was started here. */
export interface OwnProcess {
  readonly pid: number;
  /** Everything that it and its children have printed so far. */
  log(): string;
  /** Whether it has ended by itself or been stopped. */
  ended(): boolean;
  /** Waits until it has printed a text. @throws {Error} it ended before, or the time was over; with the end of its log */
  printed(text: string, timeoutSeconds: number): Promise<void>;
  /** Waits until a question about it is answered with yes. @throws {Error} as `printed` */
  until(ready: () => Promise<boolean>, timeoutSeconds: number): Promise<void>;
  /** Ends it: SIGTERM, and after the grace SIGKILL to it and to all that it has started. */
  stop(graceSeconds?: number): Promise<void>;
}

/**
 * Starts a server as the leader of a process group, so that Ctrl-C in a terminal leaves it alone and `stop` reaches its children.
 *
 * Should this process be killed, the group is killed as well: a shell waits for the end of a pipe that only this process holds.
 */
export function startProcess({ command, args, env, cwd, logFile }: ProcessOptions): OwnProcess {
  const out = openSync(logFile, 'w');
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', out, out] });
  closeSync(out);
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started; is it there?`);
  const guard = guardOf(pid);
  const log = () => readFileSync(logFile, 'utf8');
  const ended = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const until: OwnProcess['until'] = async (ready, timeoutSeconds) => {
    const endAtMs = performance.now() + timeoutSeconds * 1_000;
    while (!(await ready().catch(() => false))) {
      const why = ended() ? 'has ended' : performance.now() > endAtMs ? `was not ready after ${timeoutSeconds} s` : '';
      if (why !== '') throw new Error(`${command} ${args.join(' ')} ${why}. The end of its log:\n${lastLines(log())}`);
      await sleep(LOOK_EVERY_MS);
    }
  };
  return {
    pid,
    log,
    ended,
    until,
    printed: (text, timeoutSeconds) => until(async () => log().includes(text), timeoutSeconds),
    async stop(graceSeconds = 10) {
      await stop(child, graceSeconds);
      guard.kill('SIGKILL');
    },
  };
}

/** Kills the group of `pid` when this process has gone without stopping it. */
function guardOf(pid: number): ChildProcess {
  const script = 'read _; kill -s KILL -- -"$1"'; // our end of the pipe closes with this process
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

async function stop(child: ChildProcess, graceSeconds: number): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const children = await descendantsOf(pid);
  const gone = new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
  kill(pid, 'SIGTERM');
  await Promise.race([gone, sleep(graceSeconds * 1_000, undefined, { ref: false })]);
  kill(-pid, 'SIGKILL');
  for (const one of children) kill(one, 'SIGKILL');
  await gone;
}

/** The processes that a process has started, and those that they have started. */
async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([one = 0, its]) => (its === parent ? [one, ...below(one)] : []));
  return below(pid);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended by itself
  }
}

function lastLines(text: string, count = 40): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
