import type { Json } from '../../src/base/json.ts';

/** A random workflow as data: what the simulation builds, runs, and evaluates by itself. */
export type Wf = WfTask | WfMap | WfChain | WfGroup | WfChord;

/** What one task does. */
export type Act =
  | 'ok'
  /** Throws once or twice, then succeeds. */
  | 'retry'
  /** Throws until it is repaired: at once for good, after its last retry, by `Reject`, or with a result that is no JSON. */
  | 'fail'
  | 'exhaust'
  | 'reject'
  | 'bad-result'
  /** Ends by `Ignore`, repaired or not. */
  | 'ignore'
  /** Has expired before it is delivered, repaired or not. */
  | 'expire'
  /** Goes on as `sub`. */
  | 'replace'
  /** Sends `sub` as a workflow of its own. */
  | 'launch';

/** The kinds of tasks: what their options say. */
export type Kind = 'plain' | 'tracked' | 'once' | 'launcher';

/** What a task's code is told, as its last argument. */
export interface Plan {
  /** The same for no other task of the workflow. */
  readonly n: number;
  readonly act: Act;
  /** Of `retry`: attempts that fail. */
  readonly fails?: number;
  /** How long it takes, in seconds. */
  readonly seconds?: number;
  /** Characters that its result has besides. */
  readonly bulk?: number;
  /** Characters that its arguments have besides. */
  readonly pad?: number;
  /** The result is a list, not a number. */
  readonly list?: true;
  readonly sub?: Wf;
  /** Of `launch`: under an id of its own choice. */
  readonly chosen?: true;
}

/** One task. */
export interface WfTask extends Plan, Attached {
  readonly kind: 'task';
  readonly task: Kind;
  readonly immutable?: true;
}

/** One message that runs a plan after the other. */
export interface WfMap extends Attached {
  readonly kind: 'map' | 'starmap';
  readonly items: readonly Plan[];
}

/** Steps, one after the other. */
export interface WfChain extends Attached {
  readonly kind: 'chain';
  readonly steps: readonly Wf[];
}

/** Members, side by side. */
export interface WfGroup extends Attached {
  readonly kind: 'group';
  readonly members: readonly Wf[];
  /** Built from a generator. */
  readonly stream?: true;
}

/** A header and its body. */
export interface WfChord extends Attached {
  readonly kind: 'chord';
  readonly header: WfGroup;
  readonly body: Wf;
  readonly onError?: Policy;
}

/** How many failures a body bears. */
export type Policy = 'settle' | { readonly atLeast: number } | { readonly maxFailures: number };

/** What can stand on any part. */
export interface Attached {
  readonly link?: readonly Wf[];
  readonly linkError?: readonly Wf[];
  readonly options?: WfOptions;
}

/** Options that change how a part is sent, and nothing about what it comes to. */
export interface WfOptions {
  readonly queue?: 'default' | 'other';
  readonly countdown?: number;
  readonly ignoreResult?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every part of a workflow, itself included, with links, errbacks and what replaces a task. */
export function parts(wf: Wf): Wf[] {
  return [wf, ...inner(wf).flatMap(parts)];
}

/** What stands directly in a part. */
export function inner(wf: Wf): readonly Wf[] {
  return [...contentOf(wf), ...(wf.link ?? []), ...(wf.linkError ?? [])];
}

function contentOf(wf: Wf): readonly Wf[] {
  switch (wf.kind) {
    case 'task':
      return wf.sub ? [wf.sub] : [];
    case 'chain':
      return wf.steps;
    case 'group':
      return wf.members;
    case 'chord':
      return [wf.header, wf.body];
    default:
      return [];
  }
}

/** What a task gives: a digest of which task it is and of everything that it was given. */
export function resultOf({ n, list, bulk }: Plan, input: Json | undefined): Json {
  const number = digest(JSON.stringify([n, input === undefined ? 'nothing' : plain(input)]));
  if (bulk !== undefined) return [number, 'x'.repeat(bulk)];
  return list ? [n, number] : number;
}

/** Of an error only its name counts, and of a failure the task as well: texts and stacks are for people. */
export function plain(value: Json): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { error, status, id } = value as Readonly<Record<string, Json>>;
  if (error === undefined) return value;
  const name = (error as { name?: Json } | null)?.name ?? null;
  return status === undefined ? { id: id as Json, error: name } : { status, error: name };
}

function digest(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
