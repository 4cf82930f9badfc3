import { deadLetterQueueOf } from '../ports/queue-names.ts';
import type { FactSources } from './fact-sources.ts';
import type { LeftOver } from './facts.ts';
import { queueNames, urlOf } from './find-deployed.ts';
import { queuesAmong } from './place.ts';
import { attributesOf, queueFacts } from './read-queue.ts';

/** The work queues of an app that are deployed and that its code does not have. */
export async function readLeftOvers(
  prefix: string,
  declared: readonly string[],
  { sqs, lambda }: FactSources,
): Promise<readonly LeftOver[]> {
  const start = `${prefix}-`;
  const names = queuesAmong(await queueNames(start, sqs), start).filter((name) => !declared.includes(name));
  const looks = names.map(async (name): Promise<LeftOver | undefined> => {
    const [work, dlq] = await Promise.all(
      [name, deadLetterQueueOf(name)].map(async (each) => {
        const url = await urlOf(start + each, sqs);
        return url === undefined ? undefined : await attributesOf(url, sqs);
      }),
    );
    if (!work) return undefined;
    const mappings = await lambda.mappings({ queueArn: work.QueueArn ?? '' });
    const deadLetters = dlq ? queueFacts(dlq).messages : 0;
    return { name, messages: queueFacts(work).messages, deadLetters, isMapped: mappings.length > 0 };
  });
  return (await Promise.all(looks)).filter((one) => one !== undefined);
}
