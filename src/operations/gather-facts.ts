import { deadLetterQueueOf, lostQueueOf } from '../ports/queue-names.ts';
import { fact } from './fact.ts';
import type { FactSources } from './fact-sources.ts';
import type { AppFacts, AppQueueFacts, Fact } from './facts.ts';
import { noApp, placeOf, urlOf } from './find-deployed.ts';
import { functionNameOf, type LambdaApi, type Mapping } from './lambda-api.ts';
import type { Place } from './place.ts';
import { type FunctionReader, functionReader } from './read-function.ts';
import { readLeftOvers } from './read-left-overs.ts';
import { attributesOf, type QueueAttributes, queueFacts } from './read-queue.ts';
import { readPaused, readTable } from './read-table.ts';

/**
 * Looks at everything that stands on AWS of an app, and changes nothing.
 *
 * What it may not look at is a fact as well: `unseen`, with the reason.
 *
 * @param queues  those that the code declares, `default` among them
 * @throws {ConfigurationError} nothing of it is deployed; no credentials, no region
 * @throws {ServiceError} AWS does not answer at all
 */
export async function gatherFacts(prefix: string, queues: readonly string[], sources: FactSources): Promise<AppFacts> {
  const place = await findPlace(prefix, queues, sources);
  const known = 'seen' in place ? place.seen : undefined;
  const functions = functionReader(sources.lambda);
  const ofQueue = (name: string) => gatherQueue({ prefix, name, place: known }, sources, functions);
  const [region, ofQueues, table, paused] = await Promise.all([
    sources.sqs.config.region(),
    Promise.all(queues.map(ofQueue)),
    known ? fact('dynamodb:DescribeTable', () => readTable(known.table, sources.dynamo)) : noPlace(place),
    known ? fact('dynamodb:Query', () => readPaused(known.table, sources.dynamo)) : noPlace(place),
  ]);
  if (ofQueues.every(isNowhere)) throw await noApp(prefix, `${prefix}-${lostQueueOf('default')}`, sources.sqs);
  const lostMapping = ofQueues.flatMap(({ lostMappings }) => ('seen' in lostMappings ? lostMappings.seen : []))[0];
  return {
    prefix,
    region,
    place,
    queues: ofQueues,
    lost: await functions(lostMapping),
    table,
    paused,
    leftOvers: await fact('sqs:ListQueues', () => readLeftOvers(prefix, queues, sources)),
  };
}

/** Nothing of a queue exists. */
function isNowhere({ work, lost, dlq }: AppQueueFacts): boolean {
  return [work, lost, dlq].every((queue) => 'seen' in queue && !queue.seen);
}

function noPlace(place: Fact<Place | undefined>): { readonly unseen: string } {
  const why = 'unseen' in place ? place.unseen : 'no function of the app was found';
  return { unseen: `the functions' variables name the table: ${why}` };
}

/** From whichever function is there: that of a lost queue, or a worker. */
async function findPlace(
  prefix: string,
  queues: readonly string[],
  { sqs, lambda }: FactSources,
): Promise<Fact<Place | undefined>> {
  let found: Fact<Place | undefined> = { seen: undefined };
  for (const name of [...queues.map(lostQueueOf), ...queues]) {
    found = await fact('lambda:ListEventSourceMappings', async () => {
      const url = await urlOf(`${prefix}-${name}`, sqs);
      const attributes = url === undefined ? undefined : await attributesOf(url, sqs);
      const [mapping] = attributes ? await lambda.mappings({ queueArn: attributes.QueueArn ?? '' }) : [];
      if (!mapping?.FunctionArn) return undefined;
      const { Environment } = await lambda.configuration(mapping.FunctionArn);
      return placeOf(Environment?.Variables ?? {}, functionNameOf(mapping.FunctionArn));
    });
    if ('unseen' in found || found.seen) return found;
  }
  return found;
}

interface QueueRequest {
  readonly prefix: string;
  readonly name: string;
  readonly place: Place | undefined;
}

async function gatherQueue(
  { prefix, name, place }: QueueRequest,
  { sqs, lambda }: FactSources,
  functions: FunctionReader,
): Promise<AppQueueFacts> {
  const at = (queue: string) =>
    fact('sqs:GetQueueAttributes', async () => {
      const other = place?.queueUrls?.[queue];
      const url = other ?? (await urlOf(`${prefix}-${queue}`, sqs));
      return url === undefined ? undefined : await attributesOf(url, sqs);
    });
  const [work, lost, dlq] = await Promise.all([at(name), at(lostQueueOf(name)), at(deadLetterQueueOf(name))]);
  const [mappings, lostMappings] = await Promise.all([mappingsOf(work, lambda), mappingsOf(lost, lambda)]);
  return {
    name,
    work: then(work, queueFacts),
    lost: then(lost, queueFacts),
    dlq: then(dlq, queueFacts),
    mappings,
    lostMappings,
    worker: 'seen' in mappings ? await functions(mappings.seen[0]) : mappings,
  };
}

function mappingsOf(queue: Fact<QueueAttributes | undefined>, lambda: LambdaApi): Promise<Fact<readonly Mapping[]>> {
  return fact('lambda:ListEventSourceMappings', async () => {
    if ('unseen' in queue) throw new Error(`its queue is not known: ${queue.unseen}`);
    return queue.seen ? await lambda.mappings({ queueArn: queue.seen.QueueArn ?? '' }) : [];
  });
}

function then<T, U>(one: Fact<T | undefined>, what: (seen: T) => U): Fact<U | undefined> {
  if ('unseen' in one) return one;
  return { seen: one.seen === undefined ? undefined : what(one.seen) };
}
