import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_PIECE_BYTES } from '../../src/base/limits.ts';
import type { PayloadStore } from '../../src/ports/payload-store.ts';
import { NOW } from './crossing/item-kinds.ts';

/** Payload stores on one store: each a client of its own, whose clock stands where it is told. */
export interface PayloadSetup {
  client(nowMs: number): PayloadStore;
  stop?(): Promise<void>;
}

/** What every `PayloadStore` must do, whatever stands behind it. */
export function payloadContract(name: string, make: () => Promise<PayloadSetup>): void {
  describe(`payload store: ${name}`, () => {
    let setup: PayloadSetup;
    beforeAll(async () => {
      setup = await make();
    });
    afterAll(() => setup?.stop?.());
    const at: At = (nowMs = NOW) => setup.client(nowMs);
    describe('texts', () => texts(at));
    describe('keys', () => keys(at));
    describe('time', () => time(at));
  });
}

type At = (nowMs?: number) => PayloadStore;

const EXPIRES = NOW + 1_000;

const MIXED = 'a👩‍👩‍👧é€𝕏';

/** Text of one, two, three and four bytes a character, never in step with a piece. */
function mixed(bytes: number): string {
  return MIXED.repeat(Math.ceil(bytes / Buffer.byteLength(MIXED)));
}

const TEXTS: Readonly<Record<string, string>> = {
  nothing: '',
  'one character': 'a',
  'one character outside the BMP': '🙂',
  'control characters': '\u0000\u0001\t\r\n\u001f\u007f\u2028\ufffe\uffff',
  'text that looks like JSON': '{"a":"\\u0000"}',
  'exactly one piece': 'x'.repeat(MAX_PIECE_BYTES),
  'one byte more than a piece': 'x'.repeat(MAX_PIECE_BYTES + 1),
  'exactly two pieces': 'x'.repeat(2 * MAX_PIECE_BYTES),
  'four bytes from one byte before the end of a piece': `${'x'.repeat(MAX_PIECE_BYTES - 1)}🙂y`,
  'four bytes from two bytes before the end of a piece': `${'x'.repeat(MAX_PIECE_BYTES - 2)}🙂y`,
  'four bytes from three bytes before the end of a piece': `${'x'.repeat(MAX_PIECE_BYTES - 3)}🙂y`,
  'four bytes up to the end of a piece': `${'x'.repeat(MAX_PIECE_BYTES - 4)}🙂`,
  'three bytes a character': '€'.repeat(MAX_PIECE_BYTES),
  'five megabytes': mixed(5_000_000),
};

let lastKey = 0;
function newKey(): string {
  return `key.${++lastKey}`;
}

function texts(at: At): void {
  it.each(Object.keys(TEXTS))('keeps %s', async (name) => {
    const [key, text] = [newKey(), TEXTS[name] as string];
    await at().put(key, text, EXPIRES);
    const read = await at().get(key);
    expect(read === text).toBe(true); // the texts are long
  });

  it('keeps a text that is put again, also by many at once', async () => {
    const [key, text] = [newKey(), mixed(1_000_000)];
    await at().put(key, text, EXPIRES);
    await Promise.all([1, 2, 3].map(() => at().put(key, text, EXPIRES)));
    expect((await at().get(key)) === text).toBe(true);
  });

  it('reads it wholly or not at all while it is put', async () => {
    const [key, text] = [newKey(), mixed(2_000_000)];
    let done = false;
    const putting = at()
      .put(key, text, EXPIRES)
      .then(() => {
        done = true;
      });
    while (!done) {
      const read = await at().get(key);
      expect(read === undefined || read === text).toBe(true);
      await new Promise((resolve) => setImmediate(resolve)); // lets a store that answers at once go on
    }
    await putting;
    expect((await at().get(key)) === text).toBe(true);
  });
}

function keys(at: At): void {
  it('finds nothing under a key that nobody used', async () => {
    expect(await at().get(newKey())).toBeUndefined();
  });

  it('keeps keys apart that begin alike', async () => {
    const key = newKey();
    const all = [key, `${key}.0`, `${key}/0`, `${key}0`, `${key}:value`, 'k'.repeat(300), `${'k'.repeat(300)}.1`];
    await Promise.all(all.map((one) => at().put(one, `text of ${one}`, EXPIRES)));
    expect(await Promise.all(all.map((one) => at().get(one)))).toEqual(all.map((one) => `text of ${one}`));
  });
}

function time(at: At): void {
  it.each(['nothing', 'one character', 'exactly two pieces'])('takes %s past its time for absent', async (name) => {
    const [key, text] = [newKey(), TEXTS[name] as string];
    await at().put(key, text, EXPIRES);
    expect((await at(EXPIRES - 1).get(key)) === text).toBe(true);
    expect(await at(EXPIRES).get(key)).toBeUndefined();
  });

  it('keeps for longer what is put again for longer', async () => {
    const [key, text] = [newKey(), TEXTS['exactly two pieces'] as string];
    await at().put(key, text, EXPIRES);
    await at(EXPIRES).put(key, text, EXPIRES + 1_000);
    expect((await at(EXPIRES).get(key)) === text).toBe(true);
  });
}
