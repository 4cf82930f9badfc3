import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Problems } from '../../src/base/problems.ts';
import type { AppManifest } from '../../src/task/manifest.ts';
import type { AppPlan } from '../plan.ts';
import type { TaskAppProps } from '../task-app-props.ts';

/** What is checked: the construct, the app as it was read, what the stack says, and both put together. */
export interface Checked {
  readonly scope: Construct;
  readonly manifest: AppManifest;
  readonly props: TaskAppProps;
  readonly plan: AppPlan;
}

/** Notes what is wrong with some of the props. */
export type Check = (checked: Checked, problems: Problems) => void;

/** Notes that a value is known only when the stack is deployed, where it is needed before. */
export function notToken(name: string, value: unknown, problems: Problems): boolean {
  const isToken = value instanceof Duration ? value.isUnresolved() : Token.isUnresolved(value);
  if (!isToken) return true;
  problems.add(
    `\`${name}\` must be known when the stack is synthesized, got a token (a parameter, or a value of another resource); write the value itself`,
  );
  return false;
}
