import { CeleriacError } from '../base/errors.ts';
import { explained, isHopeless } from './aws-error.ts';
import type { Fact } from './facts.ts';

/** Gives what a look gives, or why it failed. @throws {CeleriacError} no look at all can succeed */
export async function fact<T>(action: string, look: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { seen: await look() };
  } catch (error) {
    if (isHopeless(error)) throw explained(error);
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const text = error instanceof CeleriacError || message.startsWith(name) ? message : `${name}: ${message}`;
    return { unseen: text.includes(action) ? text : `${action}: ${text}` };
  }
}
