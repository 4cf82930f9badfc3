import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { SqsEvent } from '../ports/sqs-event.ts';
import { readOutput } from './function-output.ts';
import type { FunctionSpec, InvocationResult } from './function-spec.ts';
import { exited, forkOwn } from './own-process.ts';
import { readLines } from './read-lines.ts';
import type { FromRuntime, ToRuntime } from './runtime-messages.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_LIMIT_MS = 10_000;
/** How long output may be behind the end of its process. */
const LAST_OUTPUT_MS = 200;

type Said = FromRuntime | { readonly kind: 'ended'; readonly why: string };

/** One execution environment: a process that runs one invocation at a time, is kept while warm and frozen in between. */
export class FunctionEnvironment {
  readonly label: string;
  readonly bundlePath: string;
  readonly #spec: FunctionSpec;
  readonly #child: ChildProcess;
  /** The one who waits for what the process says next; at most one. */
  #hear: ((said: Said) => void) | undefined;
  #loaded = false;
  #alive: boolean;
  #over = false;
  #killedBecause: string | undefined;
  #records = 0;
  #peakBytes = 0;

  constructor(spec: FunctionSpec, number: number, bundlePath: string) {
    this.#spec = spec;
    this.label = `${spec.name}#${number}`;
    this.bundlePath = bundlePath;
    this.#child = forkOwn('function-runtime', [bundlePath, spec.handler, spec.name], {
      env: spec.environment,
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#alive = this.#child.pid !== undefined;
    if (this.#alive) {
      spec.guard.add(this.pid);
      spec.report.platform({ kind: 'environment-started', environment: this.label, pid: this.pid });
    }
    this.#listen();
  }

  /** Zero if the process could not be started; then it is not alive. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Fit for another invocation. */
  get alive(): boolean {
    return this.#alive && this.#killedBecause === undefined;
  }

  /** Messages of the invocation that runs now; 0 if none does. */
  get inFlightRecords(): number {
    return this.#records;
  }

  /** Largest memory of the process so far, as of its last answer. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Runs the handler once. The first call loads the bundle. Never throws. */
  async invoke(event: SqsEvent): Promise<InvocationResult> {
    this.#records = event.Records.length;
    try {
      const said = this.#loaded ? await this.#call(event) : await this.#loadAndCall(event);
      if (said.kind === 'answer') return resultOf(said);
      const error = said.kind === 'ended' ? said.why : 'the runtime is out of step';
      this.kill(error);
      return { kind: 'function-error', error };
    } finally {
      this.#records = 0;
      if (this.#spec.freeze) this.#signal('SIGSTOP');
    }
  }

  /** Ends the process at once; what it was doing is a function error. */
  kill(because: string): void {
    this.#killedBecause ??= because;
    this.#child.kill('SIGKILL');
  }

  /** Resolves once the process is gone. */
  gone(): Promise<void> {
    return exited(this.#child);
  }

  async #loadAndCall(event: SqsEvent): Promise<Said> {
    const limitMs = Math.max(INIT_LIMIT_MS, this.#spec.timeoutMs);
    const said = await this.#nextWithin(limitMs, `the bundle did not load within ${limitMs / 1_000} s`);
    if (said.kind === 'init-error') return { kind: 'ended', why: `the bundle does not load: ${said.error}` };
    if (said.kind !== 'ready') return said;
    this.#loaded = true;
    return this.#call(event);
  }

  #call(event: SqsEvent): Promise<Said> {
    const { timeoutMs } = this.#spec;
    const invocation: ToRuntime = { event, deadlineMs: Date.now() + timeoutMs, requestId: randomUUID() };
    const answer = this.#nextWithin(timeoutMs, `timed out after ${timeoutMs / 1_000} s`);
    if (this.#spec.freeze) this.#signal('SIGCONT');
    this.#child.send(invocation, () => {}); // if it cannot be sent, the process has ended and says so
    return answer;
  }

  #nextWithin(limitMs: number, otherwise: string): Promise<Said> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.kill(otherwise), limitMs);
      this.#hear = (said) => {
        clearTimeout(timer);
        this.#hear = undefined;
        resolve(said);
      };
    });
  }

  #listen(): void {
    const { stdout, stderr } = this.#child;
    if (stdout) readLines(stdout, (line) => this.#print(line, 'stdout'));
    if (stderr) readLines(stderr, (line) => this.#print(line, 'stderr'));
    this.#child.on('message', (said: FromRuntime) => {
      if (said.kind === 'answer') this.#peakBytes = said.peakBytes;
      // what it printed before it said this has reached us by the end of this turn of the event loop
      setImmediate(() => this.#hear?.(said));
    });
    this.#child.on('error', (error) => void this.#end(`did not start: ${error.message}`));
    this.#child.once(
      'exit',
      (code, signal) => void this.#end(signal ? `killed by ${signal}` : `exited with code ${code}`),
    );
  }

  async #end(how: string): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    this.#alive = false;
    const why = this.#killedBecause ?? `the process ${how}`;
    this.#spec.guard.remove(this.pid);
    await closed(this.#child);
    this.#spec.report.platform({ kind: 'environment-ended', environment: this.label, pid: this.pid, why });
    this.#hear?.({ kind: 'ended', why });
  }

  #print(line: string, stream: 'stdout' | 'stderr'): void {
    const { report } = this.#spec;
    const output = readOutput(line, stream);
    if (output.kind === 'event') report.event(output.event);
    if (output.kind === 'log') report.log({ environment: this.label, ...output.log });
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#alive) this.#child.kill(signal);
  }
}

function resultOf(said: { readonly response?: unknown; readonly error?: string }): InvocationResult {
  if (said.error !== undefined) return { kind: 'function-error', error: said.error };
  return { kind: 'response', response: said.response };
}

/** All that an ended process printed has been read; what a grandchild still holds open is not waited for. */
function closed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_OUTPUT_MS);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
