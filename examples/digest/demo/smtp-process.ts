/**
 * A mail server in a process of its own: `smtp-process <seed> <share>`, on the loopback only.
 *
 * It takes mail for example.org and says 550 to everybody else's. The first mail to a seeded share of the addresses is put
 * off with 451, as greylisting servers do. It ends with the process that forked it.
 */
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { Mailbox } from './mailbox.ts';
import type { Answer, Question } from './smtp-server.ts';

const [seed = '1', share = '0'] = process.argv.slice(2);
const mailbox = new Mailbox();
/** Addresses that were put off once. */
const postponed = new Set<string>();

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  socketTimeout: 600_000,
  onRcptTo({ address }, _session, done) {
    if (!address.endsWith('@example.org')) return done(smtpError(550, `5.1.1 <${address}>: no such mailbox here`));
    if (isPostponed(address) && !postponed.has(address)) {
      postponed.add(address);
      mailbox.postpone();
      return done(smtpError(451, `4.7.1 <${address}>: greylisted, try again later`));
    }
    done();
  },
  onData(stream, _session, done) {
    const taken = messageIdOf(stream).then((messageId) => mailbox.take(messageId));
    taken.then(() => done(), done); // a client that is killed in the middle: the mail has not come
  },
});

server.on('error', () => {}); // a client that was killed: its connection is gone, nothing else
process.on('SIGINT', () => {}); // Ctrl-C reaches the whole process group; the parent decides
process.on('disconnect', () => process.exit());
process.on('message', ({ id, messageIds }: Question) => {
  const answer: Answer = { id, counts: mailbox.counts(), times: messageIds.map((one) => mailbox.timesOf(one)) };
  process.send?.(answer);
});
const listening = server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (listening.address() as AddressInfo).port }),
);

/** Decided by seed and address alone, so that two runs put off the same mails. */
function isPostponed(address: string): boolean {
  const hash = createHash('sha256').update(`${seed} ${address}`).digest();
  return hash.readUInt32BE() / 2 ** 32 < Number(share);
}

/** Reads a mail to its end and keeps its Message-ID. */
async function messageIdOf(stream: SMTPServerDataStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return /^message-id:\s*(<[^>]+>)/im.exec(text)?.[1] ?? 'none';
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
