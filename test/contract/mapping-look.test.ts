import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lambdaEndpoint, mappingLook } from '../../src/aws/event-source-mapping.ts';
import { authorization } from '../../src/aws/sign.ts';
import { systemClock } from '../../src/base/clock.ts';
import { type DoubleMapping, type LambdaDouble, startLambdaDouble } from '../support/lambda-double.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:digest-default';
const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:digest-worker';
const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
  sessionToken: 'of a+role/==',
};

let lambda: LambdaDouble;
beforeAll(async () => {
  lambda = await startLambdaDouble();
});
afterAll(() => lambda?.stop());
beforeEach(() => {
  lambda.mappings.length = 0;
  lambda.calls.length = 0;
  lambda.refused.clear();
});

function look(more: NodeJS.ProcessEnv = {}, signal: AbortSignal = new AbortController().signal): Promise<boolean> {
  const environment = {
    AWS_LAMBDA_FUNCTION_NAME: 'digest-worker',
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
    AWS_ENDPOINT_URL: lambda.endpoint,
    ...more,
  };
  return mappingLook({ environment, clock: systemClock })(QUEUE, signal);
}

function mapping(more: Partial<DoubleMapping> = {}): void {
  lambda.mappings.push({ UUID: 'u', EventSourceArn: QUEUE, FunctionArn: FUNCTION, State: 'Enabled', ...more });
}

const PARTIAL = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

describe('a signature', () => {
  it("is the SDK's own, of the same request at the same time", async () => {
    const client = new LambdaClient({ region: 'eu-west-1', endpoint: lambda.endpoint, credentials: CREDENTIALS });
    await client.send(new ListEventSourceMappingsCommand({ EventSourceArn: QUEUE, FunctionName: "a b!*'()~é" }));
    client.destroy();
    const [{ url, headers }] = lambda.calls as [LambdaDouble['calls'][number]];
    const [, signed = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
    const own = Object.fromEntries(signed.split(';').map((name) => [name, headers[name] ?? '']));
    const call = { url, service: 'lambda', region: 'eu-west-1', credentials: CREDENTIALS };
    expect(signed).toContain('x-amz-security-token');
    expect(authorization(call, own)).toBe(headers.authorization);
  });
});

describe('the look at a mapping', () => {
  it.each([
    ['reports partial batch failures', PARTIAL, true],
    ['says nothing of it', {}, false],
    ['has an empty list', { FunctionResponseTypes: [] }, false],
    ['belongs to an alias of the function', { ...PARTIAL, FunctionArn: `${FUNCTION}:live` }, true],
  ])('that %s', async (_what, more, expected) => {
    mapping(more);
    expect(await look()).toBe(expected);
    expect(lambda.calls).toHaveLength(1);
    expect(lambda.calls[0]?.headers).toMatchObject({ 'x-amz-security-token': CREDENTIALS.sessionToken });
  });

  it('is about its own function and its own queue only', async () => {
    mapping(PARTIAL);
    mapping({ UUID: 'other', FunctionArn: FUNCTION.replace('worker', 'other') });
    mapping({ UUID: 'elsewhere', EventSourceArn: `${QUEUE}-2` });
    expect(await look()).toBe(true);
  });

  it('fails where there is none: that is no answer', async () => {
    mapping({ ...PARTIAL, FunctionArn: `${FUNCTION}-of-somebody` });
    await expect(look()).rejects.toThrow('no event source mapping');
  });

  it('fails with what Lambda says where it is not allowed', async () => {
    lambda.refused.add('ListEventSourceMappings');
    await expect(look()).rejects.toThrow(/403.*not authorized to perform: lambda:ListEventSourceMappings/);
  });

  it('ends when it is told to', async () => {
    await expect(look({}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});

describe('the endpoint of Lambda', () => {
  const given = { AWS_ENDPOINT_URL_LAMBDA: 'http://a:1/', AWS_ENDPOINT_URL: 'http://b:2' };

  it.each([
    ['eu-west-1', {}, 'https://lambda.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', {}, 'https://lambda.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', {}, 'https://lambda.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', {}, 'https://lambda.eusc-de-east-1.amazonaws.eu'],
    ['us-iso-east-1', {}, 'https://lambda.us-iso-east-1.c2s.ic.gov'],
    ['us-isob-east-1', {}, 'https://lambda.us-isob-east-1.sc2s.sgov.gov'],
    ['eu-west-1', given, 'http://a:1'],
    ['eu-west-1', { ...given, AWS_ENDPOINT_URL_LAMBDA: '' }, 'http://b:2'],
  ])('of %s with %o is %s', (region, environment, endpoint) => {
    expect(lambdaEndpoint(environment, region)).toBe(endpoint);
  });
});
