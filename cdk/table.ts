import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { TABLE } from '../src/aws/table.ts';
import { acknowledge } from './acknowledge.ts';
import { given } from './given.ts';
import type { TableOptions } from './task-app-props.ts';

/** The app's one table, and who made it. */
export interface TableProps {
  readonly table?: ITable;
  readonly tableOptions?: TableOptions;
  readonly encryptionKey?: IKey;
  readonly removalPolicy: RemovalPolicy;
}

/** The table that is given, or else a new one, in `Table`. */
export function taskTable(
  scope: Construct,
  { table, tableOptions = {}, encryptionKey, removalPolicy }: TableProps,
): ITable {
  if (table) return table;
  const { warmThroughput, maxThroughput, pointInTimeRecovery = false } = tableOptions;
  const made = new Table(scope, 'Table', {
    partitionKey: { name: TABLE.partitionKey, type: AttributeType.STRING },
    sortKey: { name: TABLE.sortKey, type: AttributeType.STRING },
    timeToLiveAttribute: TABLE.ttl,
    billingMode: BillingMode.PAY_PER_REQUEST,
    removalPolicy: tableOptions.removalPolicy ?? removalPolicy,
    ...given({
      encryption: encryptionKey && TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      warmThroughput,
      maxReadRequestUnits: maxThroughput?.readUnitsPerSecond,
      maxWriteRequestUnits: maxThroughput?.writeUnitsPerSecond,
      pointInTimeRecoverySpecification: pointInTimeRecovery ? { pointInTimeRecoveryEnabled: true } : undefined,
    }),
  });
  if (!pointInTimeRecovery) {
    const reason =
      'results live for a day, workflows for a month, and what is to be done stands in the queues: see tableOptions';
    acknowledge(made.node.defaultChild, 'AwsSolutions-DDB3', reason);
  }
  // by `exactOptionalPropertyTypes` a Table is no ITable, but it is: the CDK is compiled without
  return made as ITable;
}
