import { fact } from './fact.ts';
import type { Fact, FunctionFacts } from './facts.ts';
import { functionNameOf, type LambdaApi, type Mapping } from './lambda-api.ts';

/** Reads the function of a mapping. */
export type FunctionReader = (mapping: Mapping | undefined) => Promise<Fact<FunctionFacts | undefined>>;

/** Makes a reader of functions: one that has several is read once. */
export function functionReader(lambda: LambdaApi): FunctionReader {
  const known = new Map<string, Promise<Fact<FunctionFacts | undefined>>>();
  return (mapping) => {
    const arn = mapping?.FunctionArn;
    if (arn === undefined) return Promise.resolve({ seen: undefined });
    const reading = known.get(arn) ?? fact('lambda:GetFunctionConfiguration', () => readFunction(arn, lambda));
    known.set(arn, reading);
    return reading;
  };
}

async function readFunction(arn: string, lambda: LambdaApi): Promise<FunctionFacts> {
  const {
    Timeout = 0,
    Environment,
    State,
    StateReason,
    LastUpdateStatus,
    LastUpdateStatusReason,
  } = await lambda.configuration(arn);
  const troubles = [
    ...(State === 'Failed' || State === 'Inactive' ? [`it is ${State}: ${StateReason}`] : []),
    ...(LastUpdateStatus === 'Failed' ? [`its last update failed: ${LastUpdateStatusReason}`] : []),
  ];
  return {
    name: functionNameOf(arn),
    timeoutSeconds: Timeout,
    variables: Environment?.Variables ?? {},
    ...(troubles.length > 0 ? { trouble: troubles.join('; ') } : {}),
    recursiveLoop: await fact('lambda:GetFunctionRecursionConfig', () => lambda.recursiveLoop(unqualified(arn))),
  };
}

/** A function's loop detection is of the function, not of an alias. */
function unqualified(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}
