import { TooLargeError, UnreadableMessageError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { DEAD_LETTER_ATTRIBUTES_BYTES, DEAD_LETTER_RESERVE_BYTES, SQS_MAX_MESSAGE_BYTES } from '../base/limits.ts';
import type { Message } from './message.ts';
import { readMessage } from './read-message.ts';

/** Version of the envelope that this code writes and reads. */
export const ENVELOPE_VERSION = 1;

/** Largest body that a sender may send: SQS's limit less what the message may be carried on with. */
export const MAX_BODY_BYTES: number = SQS_MAX_MESSAGE_BYTES - DEAD_LETTER_RESERVE_BYTES;
/** Largest body of a message that is carried on: sent anew, or as a dead letter with its attributes. */
export const MAX_CARRIED_BYTES: number = SQS_MAX_MESSAGE_BYTES - DEAD_LETTER_ATTRIBUTES_BYTES;

/**
 * The message as an SQS body: JSON in which every character stands that SQS takes.
 *
 * @param maxBytes  in UTF-8; a sender's limit unless given
 * @throws {TooLargeError} it is larger
 */
export function encode(message: Message, maxBytes: number = MAX_BODY_BYTES): string {
  const body = escapeForSqs(JSON.stringify(onWire(message)));
  const bytes = Buffer.byteLength(body);
  if (bytes <= maxBytes) return body;
  throw new TooLargeError(
    `a message of task "${message.task}" has ${bytes} bytes, ${maxBytes} are allowed; ` +
      'store the data elsewhere (S3, a table) and send its key',
  );
}

/**
 * Reads an SQS body. The smallest legal one is `{"task":"…"}`; a missing id becomes the SQS message id.
 *
 * @throws {UnreadableMessageError} it is no JSON object, or a field has a wrong type; the text says which
 */
export function decode(body: string, sqsMessageId: string): Message {
  const parsed = parse(body);
  const version = parsed.v ?? ENVELOPE_VERSION;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    throw new UnreadableMessageError(`\`v\` must be a whole number from 1 on, got ${shown(version)}`);
  }
  return readMessage(parsed, sqsMessageId, version > ENVELOPE_VERSION ? version : undefined);
}

/**
 * Escapes what SQS, or an emulator of it, refuses in a body: everything outside the BMP, U+FFFE and U+FFFF. Lone surrogates
 * are escaped by `JSON.stringify`. Only for JSON texts, where such characters stand inside strings.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function escapeForSqs(json: string): string {
  return json.replace(
    /[\uD800-\uDFFF\uFFFE\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function onWire(message: Message): object {
  const { etaMs, expiresAtMs, sentAtMs, limits, newer, again, claim, generation, round, redriven, ...plain } = message;
  const wire = {
    v: ENVELOPE_VERSION,
    ...plain,
    ...(etaMs !== undefined ? { eta: new Date(etaMs).toISOString() } : {}),
    ...(expiresAtMs !== undefined ? { expires: new Date(expiresAtMs).toISOString() } : {}),
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(sentAtMs !== undefined ? { sentAtMs } : {}),
    ...(again ? { again } : {}),
    ...(claim ? { claim } : {}),
    ...(generation > 0 ? { generation } : {}),
    ...(round > 0 ? { round } : {}),
    ...(redriven ? { redriven } : {}),
  };
  return newer ? overNewer(newer.body, wire) : wire;
}

/** A body of a later version goes on as it came, but for what a re-sending or a dead letter says. */
function overNewer(body: JsonObject, wire: Record<string, unknown>): object {
  const { eta: _eta, expires: _expires, sentAtMs: _sent, again: _again, ...kept } = body;
  const said = ['id', 'copy', 'eta', 'expires', 'sentAtMs', 'again', 'round', 'redriven'];
  return { ...kept, ...Object.fromEntries(Object.entries(wire).filter(([key]) => said.includes(key))) };
}

function parse(body: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw new UnreadableMessageError('the body is not JSON', { cause: error });
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  throw new UnreadableMessageError(`the body must be an object with a \`task\`, got ${shown(parsed)}`);
}

function shown(value: unknown): string {
  return Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
}
