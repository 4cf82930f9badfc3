import { createApp, Reject } from 'celeriac';
import * as z from 'zod';

export const app = createApp('hello');

class LineBusy extends Error {
  override name = 'LineBusy';
}

export const greet = app.task(
  'hello.greet',
  { args: z.tuple([z.string()]), bind: true, autoretryFor: [LineBusy], retryBackoff: 2, maxRetries: 5 },
  async (self, name) => {
    if (name === '') throw new Reject('nobody to greet'); // a dead letter, at once
    if (self.request.retries === 0) throw new LineBusy('busy'); // tried again within two seconds
    return `Hello ${name}!`;
  },
);

export const greetAll = app.task('hello.greetAll', {}, async (names: string[]) => {
  const sent = await Promise.all(names.map((name) => greet.delay(name)));
  return sent.map(({ id }) => id);
});
