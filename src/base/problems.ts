import { InvalidOptionError } from './errors.ts';

/** Collects what is wrong in one declaration, so that one error lists it all. */
export class Problems {
  readonly #texts: string[] = [];

  /** Notes one problem: what is wrong, what was got, what is allowed. */
  add(text: string): void {
    this.#texts.push(text);
  }

  /** Returns what `read` gives; the text of an `InvalidOptionError` is noted, every other error passes through. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InvalidOptionError)) throw error;
      this.add(error.message);
      return undefined;
    }
  }

  /**
   * Notes every name in `given` that is not among `allowed`; a name whose value is `undefined` counts as absent.
   *
   * @param kind  how such a name is called, e.g. `option`
   */
  unknownNames(given: object, allowed: readonly string[], kind: string): void {
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined && !allowed.includes(name)) {
        this.add(`there is no ${kind} \`${name}\`; there are ${allowed.join(', ')}`);
      }
    }
  }

  /** Throws the error that `make` builds of the text, if anything was noted; several problems stand in a list. */
  throwIfAny(what: string, make: (text: string) => Error): void {
    const [first, ...more] = this.#texts;
    if (first === undefined) return;
    throw make(
      more.length === 0 ? `${what}: ${first}` : `${what}:\n${this.#texts.map((text) => `- ${text}`).join('\n')}`,
    );
  }
}

/** A value as an error shows it: short, and never the whole of a large one. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  const text = safeJson(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return 'an object that is not JSON';
  }
}
