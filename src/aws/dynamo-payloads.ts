import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../base/clock.ts';
import { MAX_PIECE_BYTES, PIECES_AT_ONCE } from '../base/limits.ts';
import type { PayloadStore } from '../ports/payload-store.ts';
import { asServiceError } from './as-service-error.ts';
import { type Attributes, keyAttributes, timeAttributes } from './item-codec.ts';
import { queryItems } from './query-items.ts';
import { payloadPk, pieceSk } from './table.ts';

/** What the payload store works with. */
export interface DynamoPayloadsParts {
  /** Asked for the client with each call, so that it is built with the first. */
  readonly client: () => Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  readonly clock: Clock;
}

/**
 * Payloads in pieces on DynamoDB.
 *
 * The first piece is written last and tells how many there are: as long as it is missing, the payload reads as absent.
 */
export class DynamoPayloads implements PayloadStore {
  readonly #parts: DynamoPayloadsParts;

  constructor(parts: DynamoPayloadsParts) {
    this.#parts = parts;
  }

  put(key: string, text: string, expiresAtMs: number): Promise<void> {
    return asServiceError(`store payload ${key}`, this.#put(key, text, expiresAtMs));
  }

  get(key: string): Promise<string | undefined> {
    return asServiceError(`read payload ${key}`, this.#get(key));
  }

  async #put(key: string, text: string, expiresAtMs: number): Promise<void> {
    const { client, tableName } = this.#parts;
    const pieces = piecesOf(text).map((piece, place): Attributes => {
      return {
        ...keyAttributes({ pk: payloadPk(key), sk: pieceSk(place) }),
        text: { S: piece },
        ...timeAttributes(expiresAtMs),
      };
    });
    const [first, ...rest] = pieces;
    const write = async (Item: Attributes) =>
      void (await client().send(new PutItemCommand({ TableName: tableName, Item })));
    await allOf(rest, write);
    await write({ ...first, pieces: { N: String(pieces.length) } });
  }

  async #get(key: string): Promise<string | undefined> {
    const { client, tableName, clock } = this.#parts;
    const texts: string[] = [];
    let pieces: number | undefined;
    for await (const item of queryItems(client(), tableName, { pk: payloadPk(key), from: pieceSk(0) })) {
      if (item.pieces) pieces = Number(item.pieces.N);
      if (pieces === undefined || !(Number(item.expiresAtMs?.N) > clock.now())) return undefined;
      texts.push(item.text?.S ?? '');
    }
    return texts.length === pieces ? texts.join('') : undefined;
  }
}

/** Cuts a text between characters into pieces of at most `MAX_PIECE_BYTES` of UTF-8; an empty text is one empty piece. */
export function piecesOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length || start === 0; ) {
    let end = Math.min(start + MAX_PIECE_BYTES, bytes.length);
    while (end < bytes.length && isInside(bytes[end])) end -= 1;
    pieces.push(bytes.toString('utf8', start, end));
    if (end === bytes.length) break;
    start = end;
  }
  return pieces;
}

/** Tells whether a byte goes on with a character that began before it. */
function isInside(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}

/** Runs over all, a few at the same time. */
async function allOf<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const lane = async () => {
    for (const one of left) await run(one);
  };
  await Promise.all(Array.from({ length: PIECES_AT_ONCE }, lane));
}
