import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** What the shop had before it had tasks. (`as` only because this clone is compiled with `exactOptionalPropertyTypes`.) */
export class Shop extends Construct {
  /** Without a way to the internet. */
  readonly vpc: IVpc = new Vpc(this, 'Network', {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'inside', subnetType: SubnetType.PRIVATE_ISOLATED }],
  }) as IVpc;

  /** Its items have keys such as `order#A-1`; those of tasks begin with `task#` and the like. */
  readonly table: ITable = new Table(this, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    billingMode: BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.RETAIN,
  }) as ITable;

  readonly payments: Queue = new Queue(this, 'Payments', {
    queueName: 'checkout-payments-v2',
    retentionPeriod: Duration.days(14),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });

  /** What suppliers upload. */
  readonly uploads: Bucket = new Bucket(this, 'Uploads', { enforceSSL: true, eventBridgeEnabled: true });

  readonly api: NodejsFunction = new NodejsFunction(this, 'Api', {
    entry: 'src/api.ts',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    // only in a clone of Celeriac, where it is not built
    bundling: { esbuildArgs: { '--conditions': 'celeriac-source' } },
  });
}
