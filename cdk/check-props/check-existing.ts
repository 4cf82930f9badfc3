import { type IResolvable, Token } from 'aws-cdk-lib';
import { CfnGlobalTable, CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { TABLE } from '../../src/aws/table.ts';
import { DYNAMODB_MIN_WARM_READS, DYNAMODB_MIN_WARM_WRITES } from '../../src/base/limits.ts';
import { readWhole } from '../../src/base/option-readers.ts';
import type { Problems } from '../../src/base/problems.ts';
import { resourceOf } from '../adopt-queue.ts';
import type { QueuePlan } from '../plan.ts';
import type { TaskAppProps } from '../task-app-props.ts';
import { type Check, notToken } from './checked.ts';

/** Queues that were there before. */
export const checkExistingQueues: Check = ({ plan }, problems) => {
  const taken = new Map<string, string>();
  for (const queue of plan.queues) {
    const existing = queue.props.queue;
    if (existing === undefined) continue;
    if (typeof existing?.queueArn !== 'string') {
      problems.add(
        `\`queues.${queue.name}.queue\` must be a queue of the CDK; write Queue.fromQueueArn(this, 'Existing', '…') for one that is there`,
      );
      continue;
    }
    const other = taken.get(existing.queueArn);
    if (other !== undefined) {
      problems.add(
        `queues "${other}" and "${queue.name}" have the same existing \`queue\`: two workers would take each other's tasks; give each its own`,
      );
    }
    taken.set(existing.queueArn, queue.name);
    checkQueue(queue, problems);
  }
};

function checkQueue(queue: QueuePlan, problems: Problems): void {
  const { name, retired, timeoutSeconds, windowSeconds, props } = queue;
  const existing = props.queue as NonNullable<typeof props.queue>;
  if (existing.fifo) {
    problems.add(`\`queues.${name}.queue\` is a FIFO queue, which is not built yet; use a standard queue`);
  }
  if (retired) {
    problems.add(
      `\`retired\` names "${name}" with a \`queue\` that was there before, which this stack cannot delete; let the app keep it until it is empty, then take it out of both`,
    );
  }
  if (props.visibilityTimeout !== undefined) {
    problems.add(
      `\`queues.${name}.visibilityTimeout\` cannot be set for an existing \`queue\`; set it where that queue is made`,
    );
  }
  const visibility = resourceOf(existing)?.visibilityTimeout;
  if (visibility === undefined || Token.isUnresolved(visibility) || visibility >= timeoutSeconds + windowSeconds)
    return;
  problems.add(
    `the existing queue of "${name}" has a visibility timeout of ${visibility} seconds, below the ${timeoutSeconds + windowSeconds} that its worker may take: tasks would be given out again while they run; set \`visibilityTimeout\` where that queue is made, or leave it out there`,
  );
}

/** The table that was there before, or how the new one is made. */
export const checkTable: Check = ({ props }, problems) => {
  const { table, tableOptions } = props;
  if (table === undefined) {
    checkOptions(tableOptions, problems);
    return;
  }
  if (tableOptions !== undefined) {
    problems.add('`tableOptions` are for a new table, and `table` is one that is there; set them where it is made');
  }
  if (typeof table?.tableArn !== 'string') {
    problems.add(
      "`table` must be a table of the CDK; write Table.fromTableName(this, 'Existing', '…') for one that is there",
    );
    return;
  }
  const { defaultChild } = table.node;
  if (defaultChild instanceof CfnTable || defaultChild instanceof CfnGlobalTable) checkKeys(defaultChild, problems);
};

function checkKeys(
  { keySchema, attributeDefinitions, timeToLiveSpecification: ttl }: CfnTable | CfnGlobalTable,
  problems: Problems,
): void {
  const types = new Map(
    known(attributeDefinitions).map(({ attributeName, attributeType }) => [attributeName, attributeType]),
  );
  const keys = known(keySchema).map(
    ({ attributeName, keyType }) => `${attributeName} (${types.get(attributeName)}, ${keyType})`,
  );
  const wanted = [`${TABLE.partitionKey} (S, HASH)`, `${TABLE.sortKey} (S, RANGE)`];
  if (keys.join() !== wanted.join()) {
    problems.add(
      `\`table\` has the keys ${keys.join(', ')}, and must have ${wanted.join(', ')}; leave it out, and a table of its own is made`,
    );
  }
  const attribute =
    ttl === undefined || Token.isUnresolved(ttl)
      ? undefined
      : (ttl as CfnTable.TimeToLiveSpecificationProperty).attributeName;
  if (attribute === TABLE.ttl || Token.isUnresolved(ttl)) return;
  problems.add(
    `\`table\` must delete by TTL on ${TABLE.ttl}, got ${attribute ?? 'no TTL'}; set \`timeToLiveAttribute: '${TABLE.ttl}'\` where it is made, or results stay for ever`,
  );
}

interface TableAttribute {
  readonly attributeName: string;
  readonly attributeType?: string;
  readonly keyType?: string;
}

function known(list: IResolvable | readonly (TableAttribute | IResolvable)[] | undefined): readonly TableAttribute[] {
  return Array.isArray(list) ? list : [];
}

function checkOptions(
  { warmThroughput, maxThroughput }: NonNullable<TaskAppProps['tableOptions']> = {},
  problems: Problems,
): void {
  const { readUnitsPerSecond: maxReads, writeUnitsPerSecond: maxWrites } = maxThroughput ?? {};
  const wholes = [
    [
      'warmThroughput.readUnitsPerSecond',
      warmThroughput?.readUnitsPerSecond,
      DYNAMODB_MIN_WARM_READS,
      warmThroughput !== undefined,
    ],
    [
      'warmThroughput.writeUnitsPerSecond',
      warmThroughput?.writeUnitsPerSecond,
      DYNAMODB_MIN_WARM_WRITES,
      warmThroughput !== undefined,
    ],
    ['maxThroughput.readUnitsPerSecond', maxReads, 1, false],
    ['maxThroughput.writeUnitsPerSecond', maxWrites, 1, false],
  ] as const;
  for (const [option, value, min, required] of wholes) {
    if (value === undefined && !required) continue;
    const name = `tableOptions.${option}`;
    if (notToken(name, value, problems)) problems.attempt(() => readWhole(min, Number.MAX_SAFE_INTEGER)(value, name));
  }
}
