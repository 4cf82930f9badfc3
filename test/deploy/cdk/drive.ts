import { App } from 'aws-cdk-lib';
import { DriveStack } from './drive-stack.ts';
import { changeGrants } from './grants.ts';

const app = new App();
const prefix: string = app.node.tryGetContext('prefix') ?? 'drive';
const stack = new DriveStack(app, app.node.tryGetContext('stack') ?? 'Drive', {
  prefix,
  unloadable: app.node.tryGetContext('unloadable') === 'true',
});
changeGrants(stack);
