import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { Check } from './checked.ts';

/** Marks every construct whose queues have a prefix, with that prefix: an `instanceof` fails where the package is there twice. */
const PREFIX: unique symbol = Symbol.for('celeriac.cdk.prefix');

interface Marked extends IConstruct {
  readonly [PREFIX]?: string;
}

/** Two apps of one prefix in one account and region would have the same queues. */
export const checkTwins: Check = ({ scope, plan: { prefix } }, problems) => {
  const twin = scope.node.root.node
    .findAll()
    .find((other: Marked) => other !== scope && other[PREFIX] === prefix && isSamePlace(other, scope));
  Object.defineProperty(scope, PREFIX, { value: prefix });
  if (!twin) return;
  problems.add(
    `${twin.node.path} has the prefix "${prefix}" as well, in the same account and region, so their queues would have the same names; give one of them another \`prefix\`, or its stack another \`env\``,
  );
};

function isSamePlace(one: IConstruct, other: Construct): boolean {
  return Stack.of(one).environment === Stack.of(other).environment;
}
