/**
 * Loaded before an embedded server's own code, it writes down whose calls reach the server: `node --import <this file>`.
 *
 * Every process that inherits `NODE_OPTIONS` loads it, but only a server takes calls. Each kind of call is written once.
 *
 * @see recorded-calls.ts
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, mkdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { callerOf } from './recorded-calls.ts';

const folder = process.env.CELERIAC_RECORDED_CALLS;
const isServer = /[\\/]server-process\.[jt]s$/.test(process.argv[1] ?? '');

if (folder && isServer) {
  const file = join(folder, `${process.pid}.jsonl`);
  const written = new Set<string>();
  mkdirSync(folder, { recursive: true });
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { readonly request: IncomingMessage };
    const parts: Buffer[] = [];
    const push = request.push.bind(request);
    // what the server reads is read beside it, whichever way it reads
    request.push = (part: unknown) => {
      if (part instanceof Buffer) parts.push(part);
      if (part === null) note(request, Buffer.concat(parts).toString());
      return push(part);
    };
  });

  const note = ({ headers }: IncomingMessage, body: string) => {
    const line = JSON.stringify(callOf(headers, body));
    if (written.has(line)) return;
    written.add(line);
    appendFileSync(file, `${line}\n`);
  };
}

function callOf(headers: IncomingMessage['headers'], body: string): object {
  const who = callerOf(headers.authorization);
  const [service = '', action = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const input = parsed(body);
  return service === 'AmazonSQS'
    ? { who, action: `sqs:${action}`, on: lastPart(input.QueueUrl) ?? input.QueueName ?? null }
    : { who, action: `dynamodb:${action}`, on: tableOf(input), keys: keysOf(input) };
}

interface Input {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Keyed[] }>>;
  readonly Key?: Keyed;
  readonly Item?: Keyed;
  readonly ExpressionAttributeValues?: { readonly ':pk'?: { readonly S: string } };
}

interface Keyed {
  readonly pk?: { readonly S: string };
}

function parsed(body: string): Input {
  try {
    return JSON.parse(body) as Input;
  } catch {
    return {};
  }
}

function lastPart(url: string | undefined): string | undefined {
  return url?.slice(url.lastIndexOf('/') + 1);
}

function tableOf({ TableName, RequestItems = {} }: Input): string | null {
  return TableName ?? Object.keys(RequestItems)[0] ?? null;
}

/** What the partition keys begin with: `task`, `barrier`, … */
function keysOf({ Key, Item, ExpressionAttributeValues, RequestItems = {} }: Input): readonly string[] {
  const keyed = [Key, Item, ...Object.values(RequestItems).flatMap(({ Keys }) => Keys)];
  const keys = [...keyed.map((each) => each?.pk?.S), ExpressionAttributeValues?.[':pk']?.S];
  const kinds = keys.flatMap((key) => (key === undefined ? [] : [key.split('#')[0] ?? '']));
  return [...new Set(kinds)].sort();
}
