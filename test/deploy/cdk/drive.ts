import { App, Aspects, RemovalPolicy } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { DriveStack } from './drive-stack.ts';
import { changeGrants } from './grants.ts';

const app = new App();
const prefix: string = app.node.tryGetContext('prefix') ?? 'drive';
const stack = new DriveStack(app, app.node.tryGetContext('stack') ?? 'Drive', {
  prefix,
  unloadable: app.node.tryGetContext('unloadable') === 'true',
});
changeGrants(stack);

/** What the functions of a test have printed nobody needs afterwards; queues and table are left as they are left to anybody. */
Aspects.of(stack).add({
  visit(node) {
    if (node instanceof CfnLogGroup) node.applyRemovalPolicy(RemovalPolicy.DESTROY);
  },
});
