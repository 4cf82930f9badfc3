/** Every quota of AWS that the code knows, once, with its page. */

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const SQS_MAX_MESSAGE_BYTES = 1_048_576;
/** Messages in one SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch or ReceiveMessage. */
export const SQS_MAX_BATCH = 10;
/** Bytes of all messages of one SendMessageBatch together. */
export const SQS_MAX_BATCH_BYTES = 1_048_576;
/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const SQS_MAX_DELAY_SECONDS = 900;
export const SQS_RETENTION_SECONDS = 1_209_600;
export const SQS_MAX_VISIBILITY_SECONDS = 43_200;
/** Characters of a queue's name. */
export const SQS_MAX_QUEUE_NAME = 80;
/** Messages received and not deleted yet, of a standard queue; at that a poll returns nothing, without an error. */
export const SQS_MAX_IN_FLIGHT = 120_000;

/** Keys of one BatchGetItem. */
export const DYNAMODB_MAX_BATCH_GET = 100;
/** What a table on demand starts with, so the least it can be warmed to. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html */
export const DYNAMODB_MIN_WARM_READS = 12_000;
export const DYNAMODB_MIN_WARM_WRITES = 4_000;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LAMBDA_MAX_TIMEOUT_SECONDS = 900;
export const LAMBDA_MIN_MEMORY_MB = 128;
export const LAMBDA_MAX_MEMORY_MB = 10_240;
export const LAMBDA_MAX_LAYERS = 5;
/** Names and values of all variables of a function together. */
export const LAMBDA_MAX_ENVIRONMENT_BYTES = 4_096;
/** Invocations at the same time in an account and region, unless AWS has raised it; a new account may have far fewer. */
export const LAMBDA_ACCOUNT_CONCURRENCY = 1_000;

/** The event source mapping of a queue. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
export const MAPPING_MIN_CONCURRENCY = 2;
export const MAPPING_MAX_CONCURRENCY = 1_000;
/** Messages of one invocation; above ten it needs a window. @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export const MAPPING_MAX_BATCH = 10_000;
export const MAPPING_MAX_BATCH_WITHOUT_WINDOW = 10;
export const MAPPING_MAX_WINDOW_SECONDS = 300;
/** Provisioned mode. @see https://docs.aws.amazon.com/lambda/latest/api/API_ProvisionedPollerConfig.html */
export const MAPPING_MIN_POLLERS = 2;
export const MAPPING_MAX_MINIMUM_POLLERS = 200;
export const MAPPING_MAX_POLLERS = 2_000;
/** Invocations that one provisioned poller has under way at most. */
export const INVOCATIONS_OF_A_POLLER = 10;

/** Values of one metric in one line of the embedded metric format. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
export const EMF_MAX_VALUES = 100;
/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
export const CLOUDWATCH_MAX_DIMENSION_VALUE = 1_024;

// ── ours, and why

/**
 * Receives before SQS gives a message to the lost queue. A backstop only: waiting never uses it up (PROTOCOL section 3).
 *
 * @see docs/protocol.md
 */
export const MAX_RECEIVE_COUNT = 20;
/** The lost queue's own; high, since the count may go on from the work queue's. */
export const LOST_MAX_RECEIVE_COUNT = 1_000;
/** A message this close to `MAX_RECEIVE_COUNT` is sent anew instead of waiting by visibility. */
export const RECEIVES_KEPT_FREE = 2;
/** Begun so often and never ended: the process dies of it. */
export const MAX_STARTS = 3;
/** Waits up to this long are carried by the visibility timeout; a message that waits so counts against 120,000 in flight. */
export const MAX_VISIBILITY_WAIT_MS = 900_000;
/** Tasks that send tasks that send tasks: a loop ends here, since Lambda's own loop detection is switched off. */
export const MAX_HOPS = 100;
/** Bytes of a message that its sender keeps free for what it may be carried on with: the envelope's marks, a dead letter's attributes. */
export const DEAD_LETTER_RESERVE_BYTES = 8_192;
/** Bytes that all attributes of a dead letter have at most. */
export const DEAD_LETTER_ATTRIBUTES_BYTES = 4_096;
/** Largest value stored in a task's item; the rest of DynamoDB's 400 KB is for keys and names. */
export const MAX_RESULT_BYTES = 350_000;
/** Bytes of one piece of a payload. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
export const MAX_PIECE_BYTES = 300_000;
/** Pieces of one payload that are written at the same time: a partition takes about 1,000 KB a second for long. */
export const PIECES_AT_ONCE = 4;
/** Largest result at all: beyond `MAX_RESULT_BYTES` it stands in pieces beside its item. */
export const MAX_STORED_RESULT_BYTES: number = 32 * 1_048_576;
/** A result up to this size travels to the next task in its message; a larger one is read from the table there. */
export const MAX_FORWARDED_BYTES = 65_536;
/** Largest list of results that a body is given, all of it in the memory of its function: nearly, in characters of its JSON. */
export const MAX_LIST_BYTES: number = 256 * 1_048_576;
/** Largest request of a MOVED task, which stands in the item beside the error. */
export const MAX_REQUEST_BYTES = 250_000;
/** Largest progress, which stands beside the error of a retry. */
export const MAX_META_BYTES = 32_768;
/** A message that comes back through the lost queue is given up after so long. */
export const LOST_AFTER_MS: number = 4 * 86_400_000;
/** How long a dead letter can be redriven; items it needs live one day longer. */
export const UNENDED_ITEM_SECONDS: number = 15 * 86_400;
/**
 * What a workflow stores when it is sent (heads, remainders of chains) lives for a month: its last dead letter may come two weeks
 * later, and be redriven two weeks after that.
 */
export const WORKFLOW_PART_SECONDS: number = 30 * 86_400;
/** How long at least it is known that a task has ended: longer than any message waits in flight. */
export const ENDED_ITEM_SECONDS = 86_400;
/** Clocks of producers and workers may differ by this much. */
export const CLOCK_SKEW_MS = 2_000;
/** Added to a function's deadline when a lease is written: no live function is ever without its lease. */
export const LEASE_MARGIN_MS = 5_000;
/** Added to a function's timeout and its window: messages stay hidden while the function is being ended. */
export const VISIBILITY_MARGIN_SECONDS = 60;
/** Of the function of the lost queues. */
export const LOST_TIMEOUT_SECONDS = 60;
