import { Stack, type StackProps } from 'aws-cdk-lib';
import { GatewayVpcEndpointAwsService, InterfaceVpcEndpointAwsService, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { TaskApp } from 'celeriac/cdk';
import type { Construct } from 'constructs';
import { Shop } from './shop.ts';

/** The shop, and its tasks beside what was there: the same queue, table and network. */
export class ShopStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const { vpc, table, payments, uploads, api } = new Shop(this, 'Shop');

    const tasks = new TaskApp(this, 'Tasks', {
      entry: 'src/app.ts',
      table,
      queues: { payments: { queue: payments } },
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      environment: { SERVICES_URL: 'http://services.shop.internal', UPLOADS: uploads.bucketName },
    });

    // what the workers need of AWS, inside: SQS costs $14.60 a month in two zones, the other two nothing
    vpc.addInterfaceEndpoint('Sqs', { service: InterfaceVpcEndpointAwsService.SQS });
    vpc.addGatewayEndpoint('DynamoDb', { service: GatewayVpcEndpointAwsService.DYNAMODB });
    vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });

    tasks.configure(api, { tasks: ['orders.place'] });
    uploads.grantRead(tasks.worker('default').grantee);

    new Rule(this, 'Uploaded', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [uploads.bucketName] } },
      },
      targets: [
        new SqsQueue(tasks.queueFor('stock.import'), {
          message: RuleTargetInput.fromObject({
            task: 'stock.import',
            args: [EventField.fromPath('$.detail.object.key')],
          }),
        }),
      ],
    });

    // the warehouse's own account; it subscribes our queue with raw delivery, and publishes {"task":"stock.set","args":["X-1",4]}
    const warehouse = Topic.fromTopicArn(this, 'Warehouse', 'arn:aws:sns:eu-central-1:111122223333:stock');
    tasks.allowFrom(warehouse, 'stock.set');
  }
}
