import { TABLE } from '../aws/table.ts';
import { checkFunction, checkMappingCheck } from './check-function.ts';
import { checkMappings } from './check-mapping.ts';
import { checkQueue, checkRedrive, checkVisibility } from './check-queues.ts';
import type { ExpectedQueue } from './expected.ts';
import type { AppFacts, AppQueueFacts, Fact, LeftOver, QueueFacts, TableFacts } from './facts.ts';
import { DEPLOY, type Finding, ifSeen, right, unseen, warning, wrong } from './finding.ts';

/** What was found of one thing. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** Compares what is deployed with what the code declares. */
export function checkApp(facts: AppFacts, expected: readonly ExpectedQueue[]): readonly Section[] {
  return [
    { title: 'table', findings: checkTable(facts) },
    { title: 'lost function', findings: checkLost(facts) },
    ...facts.queues.map((queue) => ({
      title: `queue ${queue.name}`,
      findings: checkAppQueue(
        queue,
        expected.find(({ name }) => name === queue.name),
        facts,
      ),
    })),
    ...leftOverSections(facts),
  ];
}

function checkTable({ table }: AppFacts): readonly Finding[] {
  return ifSeen('table', table, (found) => {
    if (!found)
      return [wrong('the table that the functions name does not exist', 'deploy the stack again: it was deleted')];
    const expected = [`${TABLE.partitionKey} S`, `${TABLE.sortKey} S`].join(', ');
    const keys = found.keys.join(', ');
    return [
      found.status === 'ACTIVE'
        ? right(found.name)
        : warning(`${found.name} is ${found.status}`, 'look again in a minute'),
      keys === expected
        ? right(`keys ${keys}`)
        : wrong(`keys ${keys}, expected ${expected}`, 'keys cannot be changed: give the stack another table'),
      ...checkTtl(found),
    ];
  });
}

function checkTtl({ ttl }: TableFacts): readonly Finding[] {
  return ifSeen('TTL', ttl, (attribute) => {
    if (attribute === TABLE.ttl) return [right(`TTL on ${TABLE.ttl}`)];
    const got = attribute === undefined ? 'no TTL' : `TTL on ${attribute}`;
    return [
      wrong(
        `${got}, expected on ${TABLE.ttl}: nothing is ever deleted`,
        `${DEPLOY} (aws dynamodb update-time-to-live)`,
      ),
    ];
  });
}

function checkLost({ lost, prefix, place }: AppFacts): readonly Finding[] {
  if ('seen' in lost && !lost.seen)
    return [wrong('there is none: what no worker can handle stays', 'deploy the stack')];
  return checkFunction(lost, { what: 'lost function', prefix, place: 'seen' in place ? place.seen : undefined });
}

function checkAppQueue(
  queue: AppQueueFacts,
  expected: ExpectedQueue | undefined,
  { prefix, place, paused, lost }: AppFacts,
): readonly Finding[] {
  const windowSeconds = ('seen' in queue.mappings && queue.mappings.seen[0]?.MaximumBatchingWindowInSeconds) || 0;
  const resume = `celeriac resume ${queue.name} --deployed ${prefix}`;
  return [
    ...checkQueue('work queue', queue.work),
    ...checkQueue('lost queue', queue.lost),
    ...checkQueue('dead-letter queue', queue.dlq),
    ...checkRedrive('work queue', queue.work, queue.lost),
    ...checkRedrive('lost queue', queue.lost, queue.dlq),
    ...checkVisibility('work queue', queue.work, queue.worker, windowSeconds),
    ...checkVisibility('lost queue', queue.lost, lost, 0),
    ...checkMappings(ofThere(queue.work, queue.mappings), {
      what: 'mapping',
      pausedAtMs: 'seen' in paused ? paused.seen.get(queue.name) : undefined,
      ...(expected ? { queue: expected } : {}),
      resume,
    }),
    ...('seen' in paused ? [] : [unseen('whether it is paused', paused.unseen)]),
    ...checkMappings(ofThere(queue.lost, queue.lostMappings), { what: 'lost mapping' }),
    ...checkFunction(queue.worker, {
      what: 'worker',
      prefix,
      place: 'seen' in place ? place.seen : undefined,
      longestTask: expected?.longestTask,
    }),
    ...checkMappingCheck(queue.worker),
    ...deadLetters(queue, prefix),
  ];
}

/** The mappings of a queue; none are looked for where it does not exist, which is told already. */
function ofThere(
  queue: Fact<QueueFacts | undefined>,
  mappings: AppQueueFacts['mappings'],
): AppQueueFacts['mappings'] | undefined {
  return 'seen' in queue && !queue.seen ? undefined : mappings;
}

function deadLetters({ name, dlq }: AppQueueFacts, prefix: string): readonly Finding[] {
  const count = 'seen' in dlq ? (dlq.seen?.messages ?? 0) : 0;
  if (count === 0) return [];
  return [
    warning(`${count} dead letter${count === 1 ? '' : 's'}`, `celeriac dlq list --queue ${name} --deployed ${prefix}`),
  ];
}

function leftOverSections({ leftOvers }: AppFacts): readonly Section[] {
  if ('unseen' in leftOvers) {
    return [{ title: 'queues that the code does not have', findings: [unseen('they are', leftOvers.unseen)] }];
  }
  return leftOvers.seen.map((one) => ({
    title: `queue ${one.name}, which the code does not have`,
    findings: [leftOver(one)],
  }));
}

function leftOver({ name, messages, deadLetters: dead, isMapped }: LeftOver): Finding {
  const holds = `${messages} messages, ${dead} dead letters`;
  if (isMapped && messages + dead > 0)
    return warning(`${holds}; a worker drains it`, 'leave it among `retired` until it is empty');
  if (isMapped) return warning(`empty; a worker reads it`, 'take it off `retired` and deploy: its queues are deleted');
  if (messages > 0) {
    return wrong(
      `${holds}, and nobody receives them`,
      `name it in \`retired: ['${name}']\` of the stack and deploy: a worker drains it`,
    );
  }
  const text = dead > 0 ? `no message, but ${dead} dead letters` : 'empty, and nobody receives from it';
  return warning(
    text,
    `name it in \`retired: ['${name}']\` and deploy, then take it off again: its queues are deleted`,
  );
}
