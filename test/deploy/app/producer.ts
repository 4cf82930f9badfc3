import { note } from './tasks.ts';

/** Of a function that sends tasks and runs none. */
export async function handler({ key }: { readonly key: string }): Promise<string> {
  const sent = await note.delay(key);
  return sent.get({ timeout: 20 });
}
