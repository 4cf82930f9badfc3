/** What Lambda hands to a function for an SQS event source. @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** One message of the event. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    /** Receives so far, this one included; only nearly right. */
    readonly ApproximateReceiveCount: string;
    /** Milliseconds since 1970. */
    readonly SentTimestamp: string;
    readonly [name: string]: string | undefined;
  };
  readonly messageAttributes: { readonly [name: string]: { readonly stringValue?: string | undefined } };
  /** `arn:aws:sqs:<region>:<account>:<queue name>` */
  readonly eventSourceARN: string;
}

/** The answer for a partial batch: what is listed comes back, everything else is deleted. */
export interface SqsBatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** The part of Lambda's context that is needed. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** A Lambda function on an SQS event source. */
export type SqsHandler = (event: SqsEvent, context: InvocationContext) => Promise<SqsBatchResponse>;

/** The queue's name out of its ARN. */
export function queueNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
