import type { Json } from '../base/json.ts';
import { UNENDED_ITEM_SECONDS } from '../base/limits.ts';
import { encode } from '../message/codec.ts';
import type { Part } from '../message/compile-types.ts';
import type { Ports } from '../ports/ports.ts';
import { sendBody } from './outbox.ts';

/** Parts that are under way at a time: a launch of any size takes the memory of so many. */
const WINDOW = 1_000;

/**
 * Carries out what a canvas compiles to: stores what has to be stored, then sends.
 *
 * A message leaves only when everything stored before it is there; of that, what belongs to different groups is stored side by
 * side. At most a thousand parts are under way, so that a group of any size is sent in bounded memory.
 *
 * @throws {TooLargeError} a message is too large; of what came before it some is sent
 * @throws {SendError} a queue did not take a message, also after retries
 */
export async function launch(parts: Iterable<Part> | AsyncIterable<Part>, ports: Ports): Promise<void> {
  let underWay = 0;
  let wake: () => void = () => {};
  const fewer = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const failures: unknown[] = [];
  let stored: Promise<unknown> = Promise.resolve();
  const begin = (work: Promise<void>) => {
    underWay += 1;
    void work
      .catch((error: unknown) => void failures.push(error))
      .finally(() => {
        underWay -= 1;
        wake();
      });
  };
  try {
    for await (const part of parts) {
      if (part.kind === 'message') {
        begin(afterwards(stored, part, ports));
      } else {
        const storing = store(part, ports);
        stored = Promise.all([stored, storing]);
        stored.catch(() => {}); // what was to be stored says so itself
        begin(storing);
      }
      if (underWay >= WINDOW) await fewer();
      if (failures.length > 0) break;
    }
  } finally {
    while (underWay > 0) await fewer();
  }
  if (failures.length > 0) throw failures[0];
}

async function afterwards(
  stored: Promise<unknown>,
  { queue, delaySeconds, message }: Extract<Part, { kind: 'message' }>,
  ports: Ports,
): Promise<void> {
  const body = encode(message);
  await stored;
  await sendBody(ports, queue, { body, delaySeconds });
}

function store(part: Exclude<Part, { kind: 'message' }>, { barrier, payloads, clock }: Ports): Promise<void> {
  const expiresAtMs = clock.now() + UNENDED_ITEM_SECONDS * 1_000;
  if (part.kind === 'payload') return payloads.put(part.key, part.text, expiresAtMs);
  const { group, size, promise } = part;
  return barrier.open({
    group,
    ...(size !== undefined ? { size } : {}),
    ...(promise ? { next: promise as unknown as Json } : {}),
    firedRound: 0,
    expiresAtMs,
  });
}
