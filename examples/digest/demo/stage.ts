import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Local } from '../../../src/local/local.ts';
import type { LocalLog, LocalTaskEvent } from '../../../src/local/local-events.ts';
import { startLocal } from '../../../src/local/start-local.ts';
import type { CleanUp } from './clean-up.ts';
import type { DemoOptions } from './options.ts';
import { type People, seedPeople } from './people.ts';
import { type SmtpServer, startSmtpServer } from './smtp-server.ts';

/** Everything around the service: its database, its mail server, and AWS. */
export interface Stage {
  readonly people: People;
  readonly smtp: SmtpServer;
  readonly local: Local;
  /** Tells one listener of every task event from now on. */
  listen(listener: (event: LocalTaskEvent) => void): void;
  /** How long ago the last task event was. */
  readonly quietSeconds: () => number;
}

const APP = join(import.meta.dirname, '../src/app.ts');
/** Of the addresses: their first mail is put off with a 4xx. */
const POSTPONED_SHARE = 0.05;
const FUNCTION_TIMEOUT_SECONDS = 10;
/** The queue of the two tasks that go through all users: one sends them all, the other reads what became of them. */
const ALL_USERS = { default: { functionTimeoutSeconds: 600 } };
/** Short, so that what a killed function was working on comes back soon. */
const VISIBILITY_SECONDS = 15;
/** A worker needs about 30 MB of heap; without a limit V8 lets garbage lie until it has grown to some 200. */
const NODE_OPTIONS = '--max-old-space-size=64 --max-semi-space-size=2';

/** Sets the stage, and connects this process to it as a producer. */
export async function setStage({ users, seed, verbose }: DemoOptions, cleanUp: CleanUp): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'daily-digest-'));
  cleanUp.add(() => rm(folder, { recursive: true, force: true }));
  const database = join(folder, 'users.db');
  const people = seedPeople(database, users, seed);
  cleanUp.add(() => people.close());
  const smtp = await startSmtpServer({ seed, postponedShare: POSTPONED_SHARE });
  cleanUp.add(() => smtp.stop());
  let listener: (event: LocalTaskEvent) => void = () => {};
  let lastEventAtMs = performance.now();
  const local = await startLocal({
    appPath: APP,
    functionTimeoutSeconds: FUNCTION_TIMEOUT_SECONDS,
    visibilitySeconds: VISIBILITY_SECONDS,
    queues: ALL_USERS,
    env: { DIGEST_DATABASE: database, DIGEST_SMTP_URL: smtp.url, NODE_OPTIONS },
    onEvent(event) {
      if (verbose) showEvent(event);
      lastEventAtMs = performance.now();
      listener(event);
    },
    onLog: (line) => showLog(line, verbose),
  });
  cleanUp.add(() => local.stop());
  Object.assign(process.env, local.env);
  return {
    people,
    smtp,
    local,
    listen(given) {
      listener = given;
    },
    quietSeconds: () => (performance.now() - lastEventAtMs) / 1_000,
  };
}

function showEvent({ time, kind, ...fields }: LocalTaskEvent): void {
  console.log(`${time.slice(11, 23)}  ${kind.padEnd(10)} ${JSON.stringify(fields)}`);
}

/** Warnings and errors are always worth a line. */
function showLog({ level, environment, message, fields }: LocalLog, verbose: boolean): void {
  if (!verbose && level !== 'error' && level !== 'warn') return;
  console.log(`${level.padEnd(5)} ${environment}  ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`);
}
