import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/** What a producer may do. */
export interface ConfigureOptions {
  /** The tasks that it sends. @default all of them */
  readonly tasks?: readonly string[];
  /** It reads states and results. @default true */
  readonly readsResults?: boolean;
}

/** What a producer is given of an app. */
export interface ProducerSide {
  readonly environment: Readonly<Record<string, string>>;
  grantSend(grantee: IGrantable, ...tasks: string[]): Grant;
  grantReadResults(grantee: IGrantable): Grant;
}

/** Gives a function the variables and the permissions of a producer. */
export function configureProducer(app: ProducerSide, producer: LambdaFunction, options: ConfigureOptions): void {
  const { tasks = [], readsResults = true } = options;
  for (const [name, value] of Object.entries(app.environment)) producer.addEnvironment(name, value);
  app.grantSend(producer, ...tasks);
  if (readsResults) app.grantReadResults(producer);
}
