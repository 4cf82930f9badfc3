import type { Clock } from '../base/clock.ts';
import { type Credentials, signedHeaders } from './sign.ts';

/** What the look works with. */
export interface MappingLookParts {
  /** A function's own variables, as Lambda sets them. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
}

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
const PATH = '/2015-03-31/event-source-mappings';
/** The value by which a mapping is told that a function names the messages that come back. */
const PARTIAL = 'ReportBatchItemFailures';

/**
 * Makes the look at the mapping by which this function gets the messages of a queue: does it report partial batch failures?
 *
 * One request to Lambda, signed by hand. Where the function is, and as whom it calls, its own variables say.
 */
export function mappingLook(parts: MappingLookParts): (queueArn: string, signal: AbortSignal) => Promise<boolean> {
  return async (queueArn, signal) => {
    const mappings = await mappingsOf(queueArn, parts, signal);
    const ours = mappings.filter(({ FunctionArn }) => isOf(FunctionArn, parts.environment.AWS_LAMBDA_FUNCTION_NAME));
    if (ours.length === 0) throw new Error(`Lambda knows no event source mapping from ${queueArn} to this function`);
    return ours.every(({ FunctionResponseTypes }) => FunctionResponseTypes?.includes(PARTIAL) === true);
  };
}

interface Mapping {
  readonly FunctionArn?: string;
  readonly FunctionResponseTypes?: readonly string[] | null;
}

async function mappingsOf(
  queueArn: string,
  { environment, clock }: MappingLookParts,
  signal: AbortSignal,
): Promise<readonly Mapping[]> {
  const { AWS_REGION: region = '' } = environment;
  const url = new URL(lambdaEndpoint(environment, region) + PATH);
  url.searchParams.set('EventSourceArn', queueArn);
  const credentials = credentialsOf(environment);
  const headers = signedHeaders({ url, service: 'lambda', region, credentials, nowMs: clock.now() });
  const answer = await fetch(url, { headers, signal });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Lambda answers ${answer.status}: ${text}`);
  const { EventSourceMappings = [] } = JSON.parse(text) as { readonly EventSourceMappings?: readonly Mapping[] };
  return EventSourceMappings;
}

/** A mapping names its function by ARN, with an alias or version behind it where it has one. */
function isOf(functionArn: string | undefined, name: string | undefined): boolean {
  const [, , , , , , mapped] = functionArn?.split(':') ?? [];
  return mapped !== undefined && mapped === name;
}

function credentialsOf(environment: NodeJS.ProcessEnv): Credentials {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN: sessionToken } = environment;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(sessionToken ? { sessionToken } : {}),
  };
}

/** Domains of the partitions that are not AWS's usual one, by what their regions begin with. */
const DOMAINS: readonly (readonly [start: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
];

/** Where Lambda is, as the SDK finds it: by its own variables, or the region's endpoint. */
export function lambdaEndpoint(
  { AWS_ENDPOINT_URL_LAMBDA, AWS_ENDPOINT_URL }: NodeJS.ProcessEnv,
  region: string,
): string {
  const given = AWS_ENDPOINT_URL_LAMBDA || AWS_ENDPOINT_URL;
  if (given) return given.replace(/\/$/, '');
  const [, domain = 'amazonaws.com'] = DOMAINS.find(([start]) => region.startsWith(start)) ?? [];
  return `https://lambda.${region}.${domain}`;
}
