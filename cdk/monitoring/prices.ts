import { Architecture } from 'aws-cdk-lib/aws-lambda';

/**
 * What AWS asks for, in US dollars.
 *
 * The defaults are those of us-east-1 in 2026, without free tiers and discounts; give your region's own.
 */
export interface Prices {
  /** One request, up to 64 KB. @default 0.40 a million @see https://aws.amazon.com/sqs/pricing/ */
  readonly sqsRequest: number;
  /** @default 0.20 a million @see https://aws.amazon.com/lambda/pricing/ */
  readonly lambdaRequest: number;
  /** A gigabyte of memory for a second, on arm64. @default 0.0000133334 */
  readonly lambdaGbSecondArm: number;
  /** A gigabyte of memory for a second, on x86_64. @default 0.0000166667 */
  readonly lambdaGbSecondX86: number;
  /** 1 KB written. @default 0.625 a million @see https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  readonly dynamoWrite: number;
  /** 4 KB read consistently. @default 0.125 a million */
  readonly dynamoRead: number;
  /** A gigabyte stored for a month. @default 0.25 */
  readonly dynamoGbMonth: number;
  /** A gigabyte written to CloudWatch Logs. @default 0.50 @see https://aws.amazon.com/cloudwatch/pricing/ */
  readonly logsGb: number;
  /** A gigabyte of logs kept for a month. @default 0.03 */
  readonly logsGbMonth: number;
  /** A metric of one's own for a month, counted by the hours in which it has data. @default 0.30 */
  readonly metricMonth: number;
  /** A metric that an alarm looks at, for a month. @default 0.10 */
  readonly alarmMetricMonth: number;
  /** A dashboard for a month. @default 3 */
  readonly dashboardMonth: number;
}

/** us-east-1, 2026. */
export const PRICES: Prices = {
  sqsRequest: 0.4e-6,
  lambdaRequest: 0.2e-6,
  lambdaGbSecondArm: 13.3334e-6,
  lambdaGbSecondX86: 16.6667e-6,
  dynamoWrite: 0.625e-6,
  dynamoRead: 0.125e-6,
  dynamoGbMonth: 0.25,
  logsGb: 0.5,
  logsGbMonth: 0.03,
  metricMonth: 0.3,
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
};

/** A gigabyte of memory for a second, on this processor. */
export function gbSecondOf(architecture: Architecture, prices: Prices): number {
  return architecture.name === Architecture.ARM_64.name ? prices.lambdaGbSecondArm : prices.lambdaGbSecondX86;
}
