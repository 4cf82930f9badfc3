import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One kind of call that an embedded server was asked for. */
export interface RecordedCall {
  /** The access key id that signed it: a function's name, `local` for the tools of a suite, or what a test calls its client; `null` for the poller of an event source. */
  readonly who: string | null;
  /** As IAM would call it if it had batches: `sqs:SendMessageBatch`. */
  readonly action: string;
  /** The queue or the table. */
  readonly on: string | null;
  /** What the partition keys begin with. */
  readonly keys?: readonly string[];
}

/** Calls that are being written down. */
export interface Recording {
  /** Variables of the process that starts the servers. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was called so far, each kind once. */
  calls(): readonly RecordedCall[];
  /** Deletes what was written. */
  end(): void;
}

const RECORDER = pathToFileURL(join(import.meta.dirname, 'recorded-calls-server.ts')).href;

/**
 * Writes down the calls of every embedded server that is started with its variables, by whatever suite.
 *
 * Nothing in the product knows of it: the servers' processes load a module that reads the requests beside them.
 */
export function recordCalls(): Recording {
  const folder = mkdtempSync(join(tmpdir(), 'celeriac-calls-'));
  return {
    environment: { NODE_OPTIONS: `--import=${RECORDER}`, CELERIAC_RECORDED_CALLS: folder },
    calls: () => unique(readdirSync(folder).flatMap((file) => linesOf(join(folder, file)))),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Who has signed: what the `authorization` header names; nobody where there is none. */
export function callerOf(authorization: string | undefined): string | null {
  return /Credential=([^/]+)\//.exec(authorization ?? '')?.[1] ?? null;
}

/** Calls by kinds, sorted and each once: `worker sqs:SendMessageBatch work queue`. */
export function writtenDown(calls: readonly RecordedCall[]): readonly string[] {
  const kinds = calls.map((call) => `${whoseOf(call)} ${call.action} ${placeOf(call)}`);
  return [...new Set(kinds)].sort();
}

/** Whatever has no function is called by the suite itself: clients, tools, and what it sets up. */
function whoseOf({ who }: RecordedCall): 'poller' | 'worker' | 'lost' | 'suite' {
  if (who === null) return 'poller';
  if (/-worker(-|$)/.test(who)) return 'worker';
  return who.endsWith('-lost') ? 'lost' : 'suite';
}

/** Which of the kinds of queues it is, or a table. */
export function placeOf({ action, on }: Pick<RecordedCall, 'action' | 'on'>): string {
  if (!action.startsWith('sqs:')) return 'table';
  if (on?.endsWith('-lost')) return 'lost queue';
  return on?.endsWith('-dlq') ? 'dead-letter queue' : 'work queue';
}

function linesOf(file: string): readonly string[] {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

function unique(lines: readonly string[]): readonly RecordedCall[] {
  return [...new Set(lines)].sort().map((line) => JSON.parse(line) as RecordedCall);
}
