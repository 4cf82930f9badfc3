import { join } from 'node:path';
import { App, type Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TaskApp, type TaskAppProps } from '../../cdk/index.ts';

/** The folder of an app that the tests deploy. */
export function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', name);
}

/** As if no stack had been asked for: nothing is bundled, which takes a second for each. */
export const UNBUNDLED = { 'aws:cdk:bundling-stacks': [] };

/** A stack to put constructs in. */
export function newStack(id = 'Stack', env?: Environment): Stack {
  return new Stack(new App({ context: UNBUNDLED, analyticsReporting: false }), id, env ? { env } : {});
}

/** What a test says of a stack; the props are made of it, since keys and queues stand in it as well. */
export type PropsOf = Partial<TaskAppProps> | ((stack: Stack) => Partial<TaskAppProps>);

/** A stack with the shop, or another fixture named by `entry`. */
export function deployed(props: PropsOf = {}, stack: Stack = newStack(), id = 'Tasks') {
  const { entry = 'shop', ...rest } = typeof props === 'function' ? props(stack) : props;
  const tasks = new TaskApp(stack, id, { entry: fixture(entry), ...rest });
  return { stack, tasks };
}

/** The template of such a stack, after `use` has done what it wants with the construct. */
export function templateOf(props: PropsOf = {}, use: (tasks: TaskApp, stack: Stack) => void = () => {}): Template {
  const { stack, tasks } = deployed(props);
  use(tasks, stack);
  return Template.fromStack(stack);
}
