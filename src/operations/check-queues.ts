import {
  LOST_MAX_RECEIVE_COUNT,
  MAX_RECEIVE_COUNT,
  SQS_RETENTION_SECONDS,
  VISIBILITY_MARGIN_SECONDS,
} from '../base/limits.ts';
import type { Fact, FunctionFacts, QueueFacts } from './facts.ts';
import { DEPLOY, type Finding, ifSeen, right, warning, wrong } from './finding.ts';

const DAY_SECONDS = 86_400;

/** Is a queue there, and does it keep its messages for 14 days? */
export function checkQueue(what: string, queue: Fact<QueueFacts | undefined>): readonly Finding[] {
  return ifSeen(what, queue, (found) => {
    if (!found) return [wrong(`${what} does not exist`, 'deploy the stack: the code declares it')];
    return [right(found.name), ...checkRetention(what, found)];
  });
}

function checkRetention(what: string, { retentionSeconds }: QueueFacts): readonly Finding[] {
  const days = `${Number((retentionSeconds / DAY_SECONDS).toFixed(2))} days`;
  if (retentionSeconds >= SQS_RETENTION_SECONDS) return [right(`messages live ${days}`)];
  return [wrong(`${what} keeps messages ${days}, expected 14: what waits longer is gone`, DEPLOY)];
}

/** Does SQS give what was received too often to the next queue, and at the right time? */
export function checkRedrive(
  what: string,
  queue: Fact<QueueFacts | undefined>,
  next: Fact<QueueFacts | undefined>,
): readonly Finding[] {
  if (!('seen' in queue && 'seen' in next && queue.seen && next.seen)) return [];
  const isWork = what === 'work queue';
  const expected = isWork ? MAX_RECEIVE_COUNT : LOST_MAX_RECEIVE_COUNT;
  const { redrive } = queue.seen;
  const to = `${next.seen.name} after ${thousands(expected)} receives`;
  if (!redrive) {
    return [
      wrong(
        `${what} redrives nowhere, expected to ${to}: what nobody can handle comes again and again, and is gone in the end`,
        DEPLOY,
      ),
    ];
  }
  const got = `redrives to ${redrive.to} after ${redrive.maxReceiveCount} receives`;
  if (redrive.to !== next.seen.name) return [wrong(`${what} ${got}, expected to ${to}`, DEPLOY)];
  if (redrive.maxReceiveCount < expected) {
    return [wrong(`${what} ${got}, expected ${expected}: tasks that wait or are retried pass for lost`, DEPLOY)];
  }
  if (redrive.maxReceiveCount > expected) {
    return [
      warning(`${what} ${got}, expected ${expected}: it takes longer until what kills its worker is stopped`, DEPLOY),
    ];
  }
  return [right(`to ${redrive.to} after ${thousands(expected)} receives`)];
}

/** Do messages stay hidden longer than their function can take? */
export function checkVisibility(
  what: string,
  queue: Fact<QueueFacts | undefined>,
  target: Fact<FunctionFacts | undefined>,
  windowSeconds: number,
): readonly Finding[] {
  if (!('seen' in queue && 'seen' in target && queue.seen && target.seen)) return [];
  const { visibilitySeconds: hidden } = queue.seen;
  const { timeoutSeconds } = target.seen;
  const expected = timeoutSeconds + windowSeconds + VISIBILITY_MARGIN_SECONDS;
  const sum = `${timeoutSeconds} s of the function + ${windowSeconds} s window + ${VISIBILITY_MARGIN_SECONDS}`;
  if (hidden < timeoutSeconds) {
    return [
      wrong(
        `${what} hides messages ${hidden} s, less than its function may take (${timeoutSeconds} s): they run twice at a time`,
        DEPLOY,
      ),
    ];
  }
  if (hidden < expected) {
    return [
      warning(
        `${what} hides messages ${hidden} s, expected ${expected} or more (${sum}): some may run twice at a time`,
        DEPLOY,
      ),
    ];
  }
  return [right(`hidden for ${hidden} s`)];
}

function thousands(count: number): string {
  return count.toLocaleString('en-US');
}
