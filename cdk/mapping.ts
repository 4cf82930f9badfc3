import { CfnEventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { given } from './given.ts';
import type { ProvisionedPollers } from './worker-props.ts';

/** How a queue is given to a function. */
export interface MappingProps {
  readonly queue: IQueue;
  readonly target: IFunction;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maxConcurrency?: number;
  readonly provisionedPollers?: ProvisionedPollers;
}

/**
 * Lets Lambda give a queue's messages to a function, which answers by naming those that are to come back.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function mapQueue(scope: Construct, id: string, props: MappingProps): CfnEventSourceMapping {
  const { queue, target, batchSize, windowSeconds, maxConcurrency, provisionedPollers } = props;
  return new CfnEventSourceMapping(scope, id, {
    eventSourceArn: queue.queueArn,
    functionName: target.functionName,
    functionResponseTypes: ['ReportBatchItemFailures'],
    batchSize,
    maximumBatchingWindowInSeconds: windowSeconds,
    ...given({
      scalingConfig: maxConcurrency === undefined ? undefined : { maximumConcurrency: maxConcurrency },
      provisionedPollerConfig: provisionedPollers && {
        minimumPollers: provisionedPollers.minimum,
        maximumPollers: provisionedPollers.maximum,
      },
    }),
  });
}
