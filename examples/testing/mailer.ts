import { setImmediate } from 'node:timers/promises';

/** Stands for the client of a mail service: something that tasks await and that is nothing of Celeriac's. */
export const mailer = {
  sent: [] as string[],
  async send(text: string): Promise<void> {
    await setImmediate();
    mailer.sent.push(text);
  },
};

export class SmtpError extends Error {
  override name = 'SmtpError';
}
