import { Aspects, type IAspect, Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

interface Statement {
  readonly Action: string | readonly string[];
}

/**
 * Changes what the policies of a stack allow, as the context asks: `-c emulated=true` adds an action that MiniStack wants and AWS
 * does not have, `-c without=dynamodb:UpdateItem` takes one away.
 */
export function changeGrants(stack: Stack): void {
  const isEmulated = stack.node.tryGetContext('emulated') === 'true';
  const without: unknown = stack.node.tryGetContext('without');
  const aspect: IAspect = {
    visit(node: IConstruct): void {
      if (!(node instanceof CfnPolicy)) return;
      const policy = Stack.of(node).resolve(node.policyDocument) as { readonly Statement: readonly Statement[] };
      const statements = policy.Statement.map((statement) => {
        const actions = [statement.Action].flat().filter((action) => action !== without);
        const batch = isEmulated && actions.includes('sqs:SendMessage') ? ['sqs:SendMessageBatch'] : [];
        return { ...statement, Action: [...actions, ...batch] };
      });
      node.policyDocument = { ...policy, Statement: statements.filter(({ Action }) => Action.length > 0) };
    },
  };
  Aspects.of(stack).add(aspect);
}
