import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why a rule of cdk-nag's AwsSolutions pack does not hold for one resource, for those who check their stacks by it.
 *
 * @param rule  with its finding, `AwsSolutions-IAM5[Resource::*]`
 */
export function acknowledge(construct: IConstruct | undefined, rule: string, reason: string): void {
  if (construct) Validations.of(construct).acknowledge({ id: rule, reason });
}
