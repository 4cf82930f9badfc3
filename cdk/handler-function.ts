import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  type FunctionProps,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV } from '../src/env.ts';
import { acknowledge } from './acknowledge.ts';
import { mayWriteLogs, unboundedPolicies } from './permissions.ts';

/** What all functions of an app have in common. */
export interface FunctionCommons {
  readonly architecture?: Architecture;
  readonly logRetention?: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** What a function is made of. */
export interface HandlerFunctionProps extends FunctionCommons {
  readonly description: string;
  readonly code: Code;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the user: VPC, layers, reserved concurrency. */
  readonly more?: Partial<FunctionProps>;
}

/** Positions in stack traces are those of the sources, not of the bundle. */
const SOURCE_MAPS = { NODE_OPTIONS: '--enable-source-maps' };

/**
 * A Lambda function with a role and a log group of its own, in `Function`, `Role` and `Logs`.
 *
 * Its role has nothing but what is written in `permissions.ts`, and what a stack grants it.
 */
export class HandlerFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly grantPrincipal: IPrincipal;
  /** For grants: `bucket.grantRead(tasks.worker('images').grantee)`. */
  readonly grantee: IGrantable;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    const { architecture = Architecture.ARM_64, logRetention = RetentionDays.ONE_MONTH, removalPolicy } = props;
    const { description, code, memorySize, timeout, environment, more = {} } = props;
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Role of: ${description}`,
      inlinePolicies: unboundedPolicies({ inVpc: more.vpc !== undefined }),
    });
    acknowledge(
      this.role.node.defaultChild,
      'AwsSolutions-IAM5[Resource::*]',
      'AWS offers no resource for lambda:ListEventSourceMappings and for the network interfaces of a VPC',
    );
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy });
    this.function = new LambdaFunction(this, 'Function', {
      ...more,
      description,
      code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture,
      memorySize,
      timeout,
      role: this.role,
      logGroup,
      // retries come back by visibility and make no new message; what tasks send is bounded by our own count of hops
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: { ...SOURCE_MAPS, ...environment, [ENV.checkMapping]: '1' },
    });
    mayWriteLogs(this.role, logGroup);
    this.grantPrincipal = this.role;
    this.grantee = this.function;
  }
}
