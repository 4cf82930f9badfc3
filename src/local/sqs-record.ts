import type { SqsRecord } from '../ports/sqs-event.ts';
import type { ReceivedAttribute, ReceivedMessage } from './queue-client.ts';

/** A record exactly as Lambda builds it. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface LambdaSqsRecord extends SqsRecord {
  readonly attributes: Readonly<Record<string, string>> & SqsRecord['attributes'];
  readonly messageAttributes: Readonly<Record<string, LambdaMessageAttribute>>;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string;
  readonly eventSource: 'aws:sqs';
  readonly awsRegion: string;
}

/** A message attribute as Lambda writes it. */
export interface LambdaMessageAttribute {
  readonly stringValue?: string;
  /** base64. */
  readonly binaryValue?: string;
  readonly stringListValues: readonly string[];
  readonly binaryListValues: readonly string[];
  readonly dataType: string;
}

/** What all records of one queue have in common. */
export interface RecordSource {
  readonly arn: string;
  readonly region: string;
}

/** A received message as a record of the event. */
export function recordOf(message: ReceivedMessage, { arn, region }: RecordSource): LambdaSqsRecord {
  const { MD5OfMessageAttributes } = message;
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0', ...message.Attributes },
    messageAttributes: attributesOf(message.MessageAttributes),
    md5OfBody: message.MD5OfBody,
    ...(MD5OfMessageAttributes !== undefined ? { md5OfMessageAttributes: MD5OfMessageAttributes } : {}),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
}

function attributesOf(
  attributes: Readonly<Record<string, ReceivedAttribute>> | undefined,
): Record<string, LambdaMessageAttribute> {
  if (attributes === undefined) return {};
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]));
}

function attributeOf({ DataType, StringValue, BinaryValue }: ReceivedAttribute): LambdaMessageAttribute {
  return {
    ...(StringValue !== undefined ? { stringValue: StringValue } : {}),
    ...(BinaryValue !== undefined ? { binaryValue: BinaryValue } : {}),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
