import { UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { PutFunctionRecursionConfigCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { Stage } from './stage.ts';

/**
 * Sets what MiniStack has left out of the templates, so that a deployment there is what it is on AWS.
 *
 * @see docs/emulators.md
 */
export async function addWhatIsMissing({ clients, drive, digest }: Stage): Promise<void> {
  for (const stack of [drive.stack, ...(digest ? [digest.stack] : [])]) {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expiresAt' };
    const TableName = stack.environment.CELERIAC_TABLE;
    await clients.dynamo.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    for await (const { Functions = [] } of paginateListFunctions({ client: clients.lambda }, {})) {
      for (const { FunctionName = '' } of Functions.filter(({ FunctionName = '' }) =>
        FunctionName.startsWith(`${stack.name}-`),
      )) {
        await clients.lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: 'Allow' }));
      }
    }
  }
}
