import { createTransport } from 'nodemailer';
import { setting } from './settings.ts';

/** What a mail consists of. */
export interface Mail {
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
}

/** As many as a batch has records: each of them sends at the same time. */
const MAX_CONNECTIONS = 10;

type Transport = ReturnType<typeof openTransport>;
let transport: Transport | undefined;

/** Sends a mail; the connections are kept for the next batch that this function environment is given. */
export async function sendMail(mail: Mail): Promise<void> {
  transport ??= openTransport();
  await transport.sendMail({ from: 'Daily Digest <digest@example.org>', ...mail });
}

/** Tells whether trying again later can help: the server said so (4xx), or there was no answer at all. */
export function isTransient(error: Error & { readonly code?: unknown; readonly responseCode?: unknown }): boolean {
  const { code, responseCode } = error;
  if (typeof responseCode === 'number') return responseCode >= 400 && responseCode < 500;
  return NETWORK_CODES.includes(String(code));
}

/** @see https://nodemailer.com/errors */
const NETWORK_CODES = ['ECONNECTION', 'ECONNRESET', 'ESOCKET', 'ETIMEDOUT', 'EDNS'];

function openTransport() {
  return createTransport({
    url: setting('DIGEST_SMTP_URL'),
    pool: true,
    maxConnections: MAX_CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
