import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { MailboxCounts } from './mailbox.ts';

/** What the driver asks the mail server's process. */
export interface Question {
  readonly id: number;
  readonly messageIds: readonly string[];
}

/** What it answers. */
export interface Answer {
  readonly id: number;
  readonly counts: MailboxCounts;
  /** How often each mail that was asked for came. */
  readonly times: readonly number[];
}

/** A mail server on this machine. */
export interface SmtpServer {
  readonly url: string;
  counts(): Promise<MailboxCounts>;
  /** How often each of these mails came. */
  timesOf(messageIds: readonly string[]): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** Starts a mail server in a process of its own: its work and its memory are not ours. */
export async function startSmtpServer({ seed, postponedShare }: Settings): Promise<SmtpServer> {
  const child = fork(join(import.meta.dirname, 'smtp-process.ts'), [String(seed), String(postponedShare)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const ask = questionsTo(child);
  return {
    url: `smtp://127.0.0.1:${port}`,
    counts: async () => (await ask([])).counts,
    timesOf: async (messageIds) => (await ask(messageIds)).times,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

interface Settings {
  readonly seed: number;
  /** Of the addresses, whose first mail is put off. */
  readonly postponedShare: number;
}

function questionsTo(child: ChildProcess): (messageIds: readonly string[]) => Promise<Answer> {
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let asked = 0;
  child.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  const fail = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.once('exit', () => fail(new Error('the mail server has ended')));
  return (messageIds) => {
    const question: Question = { id: ++asked, messageIds };
    const answer = Promise.withResolvers<Answer>();
    waiting.set(question.id, answer);
    child.send(question, (error) => error && fail(error));
    return answer.promise;
  };
}
