import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event source mapping, as Lambda answers it. */
export interface DoubleMapping {
  readonly UUID: string;
  readonly EventSourceArn: string;
  readonly FunctionArn: string;
  State: string;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
}

/** A function, as far as it is asked for. */
export interface DoubleFunction {
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly recursiveLoop?: 'Allow' | 'Terminate';
}

/** A call that was made, by the name of its action. */
export interface DoubleCall {
  readonly action: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Lambda's control plane as its API reference has it, for mappings and the configuration of functions; nothing runs. */
export interface LambdaDouble {
  readonly endpoint: string;
  readonly calls: DoubleCall[];
  readonly mappings: DoubleMapping[];
  readonly functions: Map<string, DoubleFunction>;
  /** Actions that are refused. */
  readonly refused: Set<string>;
  /** Looks at a mapping in transition until it has arrived. */
  looksUntilDone: number;
  /** Mappings in one answer. */
  pageSize: number;
  stop(): Promise<void>;
}

/** Starts it on a free port of the loopback. @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export async function startLambdaDouble(): Promise<LambdaDouble> {
  const server = createServer((request, response) => void serve(request, response, double));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const double: LambdaDouble = {
    endpoint: `http://127.0.0.1:${port}`,
    calls: [],
    mappings: [],
    functions: new Map(),
    refused: new Set(),
    looksUntilDone: 2,
    pageSize: 100,
    stop: () => end(server),
  };
  return double;
}

type Answer = readonly [status: number, body: object];

async function serve(request: IncomingMessage, response: ServerResponse, double: LambdaDouble): Promise<void> {
  const url = new URL(request.url ?? '/', double.endpoint);
  const action = actionOf(request.method ?? '', url.pathname);
  double.calls.push({ action, url, headers: request.headers as Record<string, string> });
  const body = await textOf(request);
  const [status, answer] = double.refused.has(action) ? refusal(action) : answerOf(action, url, body, double);
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status >= 400 ? { 'x-amzn-errortype': (answer as { readonly Type: string }).Type } : {}),
  });
  response.end(JSON.stringify(answer));
}

function actionOf(method: string, path: string): string {
  if (/event-source-mappings\/?$/.test(path)) return 'ListEventSourceMappings';
  if (path.includes('/event-source-mappings/')) return `${method === 'PUT' ? 'Update' : 'Get'}EventSourceMapping`;
  if (path.endsWith('/configuration')) return 'GetFunctionConfiguration';
  return path.endsWith('/recursion-config') ? 'GetFunctionRecursionConfig' : path;
}

function answerOf(action: string, url: URL, body: string, double: LambdaDouble): Answer {
  const [, , , name = ''] = url.pathname.split('/');
  switch (action) {
    case 'ListEventSourceMappings':
      return list(url, double);
    case 'GetEventSourceMapping':
    case 'UpdateEventSourceMapping':
      return one(name, body, double);
    case 'GetFunctionConfiguration': {
      const found = functionOf(name, double);
      if (!found) return missing(`Function not found: ${decodeURIComponent(name)}`);
      const { variables, timeoutSeconds = 60 } = found;
      return [200, { FunctionName: name, Timeout: timeoutSeconds, Environment: { Variables: variables } }];
    }
    case 'GetFunctionRecursionConfig':
      return [200, { RecursiveLoop: functionOf(name, double)?.recursiveLoop ?? 'Terminate' }];
    default:
      return missing(`no ${action} here`);
  }
}

function list({ searchParams }: URL, { mappings, pageSize }: LambdaDouble): Answer {
  const [source, name] = [searchParams.get('EventSourceArn'), searchParams.get('FunctionName')];
  const found = mappings.filter(
    ({ EventSourceArn, FunctionArn }) =>
      (source === null || source === EventSourceArn) &&
      (name === null || name === FunctionArn || FunctionArn.endsWith(`:function:${name}`)),
  );
  const start = Number(searchParams.get('Marker') ?? 0);
  const next = start + pageSize < found.length ? { NextMarker: String(start + pageSize) } : {};
  return [200, { EventSourceMappings: found.slice(start, start + pageSize), ...next }];
}

/** A look at a mapping in transition brings it on. */
function one(uuid: string, body: string, double: LambdaDouble): Answer {
  const mapping = double.mappings.find((each) => each.UUID === uuid);
  if (!mapping) return missing(`The resource you requested does not exist: ${uuid}`);
  const { Enabled } = JSON.parse(body || '{}') as { readonly Enabled?: boolean };
  if (Enabled !== undefined) {
    mapping.State = Enabled ? 'Enabling' : 'Disabling';
    LOOKS.set(mapping, 0);
    return [202, mapping];
  }
  const looks = (LOOKS.get(mapping) ?? 0) + 1;
  LOOKS.set(mapping, looks);
  if (mapping.State.endsWith('ing') && looks >= double.looksUntilDone) {
    mapping.State = mapping.State === 'Enabling' ? 'Enabled' : 'Disabled';
  }
  return [200, mapping];
}

const LOOKS = new WeakMap<DoubleMapping, number>();

function functionOf(nameOrArn: string, { functions }: LambdaDouble): DoubleFunction | undefined {
  return functions.get(decodeURIComponent(nameOrArn).split(':function:').at(-1) ?? '');
}

function refusal(action: string): Answer {
  const Message = `User: arn:aws:iam::000000000000:user/test is not authorized to perform: lambda:${action}`;
  return [403, { Type: 'AccessDeniedException', Message }];
}

function missing(Message: string): Answer {
  return [404, { Type: 'ResourceNotFoundException', Message }];
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}
