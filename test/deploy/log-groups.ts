import type { DeployedStack } from './deployed.ts';
import type { Target } from './target.ts';

/** MiniStack looks no further than this to know which service is meant; signatures it does not read. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/logs/aws4_request, SignedHeaders=host, Signature=0';

/** The names of the log groups that a stack has made, as MiniStack chooses them. Without a client: the SDK's is needed nowhere else. */
export async function logGroupsOf({ name }: DeployedStack, { env }: Target): Promise<readonly string[]> {
  const response = await fetch(env.AWS_ENDPOINT_URL ?? '', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'Logs_20140328.DescribeLogGroups',
      authorization: AUTHORIZATION,
    },
    body: JSON.stringify({ logGroupNamePrefix: `/aws/cloudformation/${name}/` }),
  });
  const { logGroups } = (await response.json()) as { readonly logGroups: readonly { readonly logGroupName: string }[] };
  return logGroups.map(({ logGroupName }) => logGroupName);
}
