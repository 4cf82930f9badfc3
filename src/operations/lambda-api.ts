import type { EventSourceMappingConfiguration, FunctionConfiguration } from '@aws-sdk/client-lambda';

/** What an operator asks of Lambda. */
export interface LambdaApi {
  /** The mappings from a queue, or those to a function. `lambda:ListEventSourceMappings` */
  mappings(of: { readonly queueArn: string } | { readonly functionName: string }): Promise<readonly Mapping[]>;
  /** `lambda:GetEventSourceMapping` */
  mapping(uuid: string): Promise<Mapping>;
  /** Lets a mapping receive messages, or not; it takes a while until it does so. `lambda:UpdateEventSourceMapping` */
  enable(uuid: string, enabled: boolean): Promise<Mapping>;
  /** `lambda:GetFunctionConfiguration` */
  configuration(functionName: string): Promise<FunctionConfiguration>;
  /** `Allow` or `Terminate`. `lambda:GetFunctionRecursionConfig` */
  recursiveLoop(functionName: string): Promise<string>;
  close(): void;
}

/** An event source mapping. */
export type Mapping = EventSourceMappingConfiguration;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/API_ListEventSourceMappings.html */
const PAGE = 100;

/**
 * Lambda as the SDK's own variables say: endpoint, region, credentials. Its client is loaded here and nowhere else.
 *
 * @see docs/decisions/018-operators-talk-to-lambda.md
 */
export async function lambdaApi(region?: string): Promise<LambdaApi> {
  const sdk = await import('@aws-sdk/client-lambda');
  const client = new sdk.LambdaClient(region === undefined ? {} : { region });
  return {
    async mappings(of) {
      const which = 'queueArn' in of ? { EventSourceArn: of.queueArn } : { FunctionName: of.functionName };
      const found: Mapping[] = [];
      let Marker: string | undefined;
      do {
        const page = await client.send(
          new sdk.ListEventSourceMappingsCommand({ ...which, MaxItems: PAGE, ...(Marker ? { Marker } : {}) }),
        );
        found.push(...(page.EventSourceMappings ?? []));
        Marker = page.NextMarker || undefined;
      } while (Marker !== undefined);
      return found;
    },
    mapping: (UUID) => client.send(new sdk.GetEventSourceMappingCommand({ UUID })),
    enable: (UUID, Enabled) => client.send(new sdk.UpdateEventSourceMappingCommand({ UUID, Enabled })),
    configuration: (FunctionName) => client.send(new sdk.GetFunctionConfigurationCommand({ FunctionName })),
    async recursiveLoop(FunctionName) {
      const { RecursiveLoop = '' } = await client.send(new sdk.GetFunctionRecursionConfigCommand({ FunctionName }));
      return RecursiveLoop;
    },
    close: () => client.destroy(),
  };
}

/** A function's own name out of its ARN, with its alias or version where it has one. */
export function functionNameOf(functionArn: string): string {
  return functionArn.split(':').slice(6).join(':');
}
