import { Aspects, type IAspect, Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

interface Statement {
  readonly Action: string | readonly string[];
}

/** MiniStack wants these for batch calls; on AWS they do not exist, the action of the single call covers its batch. */
const BATCHES: Readonly<Record<string, string>> = {
  'sqs:SendMessage': 'sqs:SendMessageBatch',
  'sqs:DeleteMessage': 'sqs:DeleteMessageBatch',
  'sqs:ChangeMessageVisibility': 'sqs:ChangeMessageVisibilityBatch',
};

/**
 * Changes what the policies of a stack allow, as the context asks: `-c emulated=true` adds what MiniStack wants beyond AWS,
 * `-c without=dynamodb:PutItem` takes an action away.
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
        const batches = isEmulated ? actions.flatMap((action) => BATCHES[action] ?? []) : [];
        return { ...statement, Action: [...actions, ...batches] };
      });
      node.policyDocument = { ...policy, Statement: statements.filter(({ Action }) => Action.length > 0) };
    },
  };
  Aspects.of(stack).add(aspect);
}
