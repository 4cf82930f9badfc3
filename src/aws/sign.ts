import { createHash, createHmac } from 'node:crypto';

/** Who calls. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role, as every function has one. */
  readonly sessionToken?: string;
}

/** A call without a body. */
export interface Unsigned {
  readonly url: URL;
  /** As AWS calls it in signatures: `lambda`. */
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly nowMs: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const EMPTY_HASH = sha256('');

/**
 * The headers with which a GET is signed.
 *
 * By hand: a client of the SDK would add more to a worker's bundle than all of its own code.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedHeaders(call: Unsigned): Readonly<Record<string, string>> {
  const { sessionToken } = call.credentials;
  const headers = {
    'x-amz-date': new Date(call.nowMs).toISOString().replace(/[-:]|\.\d{3}/g, ''),
    ...(sessionToken !== undefined ? { 'x-amz-security-token': sessionToken } : {}),
  };
  return { ...headers, authorization: authorization(call, { host: call.url.host, ...headers }) };
}

/**
 * The `authorization` header of a GET.
 *
 * @param headers  those that are signed, in lower case: `host` and `x-amz-date` at least
 */
export function authorization(
  { url, service, region, credentials }: Omit<Unsigned, 'nowMs'>,
  headers: Readonly<Record<string, string>>,
): string {
  const names = Object.keys(headers).sort();
  const signed = names.join(';');
  const lines = names.map((name) => `${name}:${headers[name]?.trim().replace(/\s+/g, ' ')}`);
  const canonical = ['GET', url.pathname, canonicalQuery(url), ...lines, '', signed, EMPTY_HASH].join('\n');
  const date = headers['x-amz-date'] ?? '';
  const scope = [date.slice(0, 8), region, service, 'aws4_request'];
  const text = [ALGORITHM, date, scope.join('/'), sha256(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, text).toString('hex');
  return `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope.join('/')}, SignedHeaders=${signed}, Signature=${signature}`;
}

function canonicalQuery({ searchParams }: URL): string {
  const pairs = [...searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort().join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
