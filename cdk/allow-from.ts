import { Annotations } from 'aws-cdk-lib';
import type { IRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../src/base/errors.ts';
import { shown } from '../src/base/problems.ts';

/** Something in AWS that puts messages on queues in its own name: a topic, a bucket, a rule, or any other service. */
export type TaskSource =
  | Pick<ITopic, 'topicArn'>
  | Pick<IBucket, 'bucketArn' | 'env'>
  | Pick<IRule, 'ruleArn'>
  | ServiceSource;

/** One resource of a service that puts messages on queues in its own name. */
export interface ServiceSource {
  /** For example `iot.amazonaws.com`. */
  readonly service: string;
  /** Of the resource; `*` in it is any text. */
  readonly arn: string;
}

interface Sender extends ServiceSource {
  /** Of the resource, where its ARN does not tell. */
  readonly account?: string;
}

/**
 * Lets a source put messages on some queues, and use their keys for it.
 *
 * The queue's policy names the source; the key's only names the service: a key that names what sends to its queue would wait for
 * itself.
 */
export function allowFrom(scope: Construct, source: TaskSource, queues: readonly IQueue[]): void {
  const sender = senderOf(source);
  const principals = [new ServicePrincipal(sender.service)];
  for (const queue of queues) {
    const { statementAdded } = queue.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: conditionsOf(sender),
      }),
    );
    const key = queue.encryptionMasterKey?.addToResourcePolicy(
      new PolicyStatement({ principals, actions: ['kms:GenerateDataKey*', 'kms:Decrypt'], resources: ['*'] }),
      true,
    );
    if (!statementAdded) warn(scope, `the policy of queue ${queue.queueName}`, `let ${sender.service} send to it`);
    if (key?.statementAdded === false) {
      warn(
        scope,
        `the policy of the key of queue ${queue.queueName}`,
        `let ${sender.service} use it (kms:GenerateDataKey*, kms:Decrypt)`,
      );
    }
  }
}

function senderOf(source: TaskSource): Sender {
  if ('topicArn' in source) return { service: 'sns.amazonaws.com', arn: source.topicArn };
  if ('bucketArn' in source) return { service: 's3.amazonaws.com', arn: source.bucketArn, account: source.env.account };
  if ('ruleArn' in source) return { service: 'events.amazonaws.com', arn: source.ruleArn };
  if (typeof source.service === 'string' && typeof source.arn === 'string') return source;
  throw new ConfigurationError(
    `\`allowFrom\` takes a topic, a bucket, a rule, or { service: 'iot.amazonaws.com', arn: '…' }, got ${shown(source)}`,
  );
}

/** Without them the service would put on the queue whatever anybody's topic or bucket asks it to. */
function conditionsOf({ arn, account }: Sender): Record<string, Record<string, string>> {
  return {
    ArnLike: { 'aws:SourceArn': arn },
    // a deleted bucket's name, and so its ARN, may be taken by somebody else
    ...(account === undefined ? {} : { StringEquals: { 'aws:SourceAccount': account } }),
  };
}

function warn(scope: Construct, what: string, remedy: string): void {
  Annotations.of(scope).addWarningV2(
    'celeriac:allow-from',
    `${what} is not made in this app, so nothing was added to it; where it is made, ${remedy}`,
  );
}
