import type { Json } from '../../src/base/json.ts';
import {
  type Policy,
  plain,
  resultOf,
  type Wf,
  type WfChain,
  type WfChord,
  type WfGroup,
  type WfMap,
  type WfTask,
} from './workflow-spec.ts';

/** What a task comes to. */
export type End =
  | { readonly state: 'SUCCESS'; readonly value: Json }
  | {
      readonly state: 'FAILURE' | 'REVOKED' | 'IGNORED';
      /** Of the error. */
      readonly name: string;
      /** The task that brought it about. */
      readonly cause: string;
      /** By its own code, for want of its header, or because of what it depended on. */
      readonly by: 'self' | 'chord' | 'mark';
    };
type BadEnd = Exclude<End, { state: 'SUCCESS' }>;

/** What is known of a run that direct evaluation cannot know. */
export interface Oracle {
  readonly healed: boolean;
  /** Tells whether a task was declared lost because its processes died. */
  lost(id: string, generation: number): boolean;
  /** What has succeeded before stays as it is. */
  succeeded(id: string): Json | undefined;
  /** The list that the last run of a task had: of a body that bears failures, while members are resumed one by one. */
  listOf(id: string): readonly Json[] | undefined;
  /** Tells whether a member has ended otherwise than by success in any round: a body that bears it may have seen that. */
  wasBad(id: string): boolean;
  /** In which round a task went on as another canvas. */
  replacedIn(id: string, generation: number): number;
  /** Tells what a task has launched. */
  launched(id: string, n: number): readonly string[];
}

/** What a workflow comes to, part by part. */
export interface Evaluation {
  readonly ends: Map<string, End>;
  /** Parts that nobody will ever send, for what they depended on has ended. */
  readonly unreached: Set<string>;
  /** Groups that have begun, and how many members they have. */
  readonly groups: Map<string, number>;
  /** Tasks whose code runs. */
  readonly runs: Set<string>;
  /** What is called with the failure of a task, should it fail; by `<id> <generation>`. */
  readonly errbacks: Map<string, readonly Wf[]>;
  readonly problems: string[];
  /** What occurred, for the histogram. */
  readonly met: string[];
}

/** What a task is given before its own arguments. */
type Given =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'value'; readonly value: Json }
  | {
      readonly kind: 'group';
      readonly group: string;
      readonly ends: readonly End[];
      readonly policy: Policy | undefined;
      readonly empty?: true;
    };

/** Where a part stands: the id of its result, the path of what is in it, and what follows from it. */
interface Place {
  readonly id: string;
  readonly path: string;
  readonly generation: number;
  /** A group has an id of its own only as a whole, or where a step follows it. */
  readonly role: 'whole' | 'followed' | 'result';
  readonly links: readonly Wf[];
  /** Called whichever part fails that the result depends on, nearest first. */
  readonly errbacks: readonly Wf[];
}

/** An empty evaluation. */
export function noEvaluation(): Evaluation {
  return {
    ends: new Map(),
    unreached: new Set(),
    groups: new Map(),
    runs: new Set(),
    errbacks: new Map(),
    problems: [],
    met: [],
  };
}

/**
 * Evaluates a workflow by plain recursion, and adds what its parts come to.
 *
 * Shares no code with what compiles, sends and runs workflows; only the rules of ids are the same.
 */
export function evaluate(wf: Wf, id: string, given: Json | undefined, oracle: Oracle, into: Evaluation): void {
  const what: Given = given === undefined ? { kind: 'nothing' } : { kind: 'value', value: given };
  new Evaluator(oracle, into).part(wf, whole(id), what);
}

/** What an errback is given, as far as its result depends on it. */
export function failure(id: string, name: string): Json {
  return { id, error: { name } };
}

class Evaluator {
  readonly #oracle: Oracle;
  readonly #into: Evaluation;

  constructor(oracle: Oracle, into: Evaluation) {
    this.#oracle = oracle;
    this.#into = into;
  }

  /** A group that a step follows gives its members' ends; everything else one end. */
  part(wf: Wf, place: Place, given: Given): End | Given {
    this.#into.met.push(wf.kind);
    switch (wf.kind) {
      case 'task':
        return this.#task(wf, place, given);
      case 'map':
      case 'starmap':
        return this.#map(wf, place, given);
      case 'chain':
        return this.#chain(wf, place, given);
      case 'chord':
        return this.#chord(wf, place, given);
      case 'group':
        if (wf.stream) this.#into.met.push('stream');
        return place.role === 'result'
          ? this.#collected(wf, place, given)
          : this.#group(wf, place.id, given, undefined);
    }
  }

  #chain(wf: WfChain, place: Place, given: Given): End {
    return this.#steps(wf.steps, around(wf, place), given, undefined);
  }

  #chord(wf: WfChord, place: Place, given: Given): End {
    if (wf.header.stream) this.#into.met.push('stream');
    this.#into.met.push(
      `policy ${wf.onError === undefined ? 'none' : typeof wf.onError === 'string' ? wf.onError : Object.keys(wf.onError)[0]}`,
    );
    return this.#steps([wf.header, wf.body], around(wf, place), given, wf.onError);
  }

  /** A group whose list stands under an id of its own: a built-in task follows it. */
  #collected(wf: WfGroup, place: Place, given: Given): End {
    const list = this.#group(wf, `${place.path}.0`, given, undefined);
    this.#into.met.push('collected');
    const end = this.#before(place) ?? this.#lost(place) ?? this.#gathered(list);
    return this.#ended(place, end ?? { state: 'SUCCESS', value: listOf(list) });
  }

  #steps(steps: readonly Wf[], place: Place, given: Given, policy: Policy | undefined): End {
    const { id, path, generation, links, errbacks } = place;
    let before = given;
    for (const [i, step] of steps.entries()) {
      const last = i === steps.length - 1;
      const stepId = `${path}.${i}`;
      const at: Place = last
        ? { id, path: stepId, generation, role: 'result', links, errbacks }
        : { id: stepId, path: stepId, generation: 0, role: 'followed', links: [], errbacks };
      const result =
        step.kind === 'group' && !last ? this.#group(step, stepId, before, policy) : this.part(step, at, before);
      if ('kind' in result) {
        before = result;
      } else if (last) {
        return result;
      } else if (result.state === 'SUCCESS') {
        before = { kind: 'value', value: result.value };
      } else {
        return this.#markRest(steps, i, place, result);
      }
    }
    throw new Error('a chain has a last step');
  }

  /** Every later step ends with what ended before it; what is inside of them is never sent. */
  #markRest(steps: readonly Wf[], failed: number, { id, path }: Place, bad: BadEnd): End {
    const state = bad.state === 'REVOKED' ? 'REVOKED' : 'FAILURE';
    const marked: End = { state, name: bad.name, cause: bad.cause, by: 'mark' };
    for (let i = failed + 1; i < steps.length; i++) {
      const last = i === steps.length - 1;
      const stepId = `${path}.${i}`;
      this.#into.ends.set(last ? id : stepId, marked);
      this.#into.met.push(`marked ${state}`);
      this.#never(steps[i] as Wf, last ? id : stepId, stepId, last ? 'result' : 'followed');
    }
    return marked;
  }

  /** Notes the parts inside of what is never sent. */
  #never(wf: Wf, id: string, path: string, role: Place['role']): void {
    const { unreached } = this.#into;
    const inside = (step: Wf, at: string, last: boolean) => {
      if (!last) unreached.add(at);
      this.#never(step, last ? id : at, at, last ? 'result' : 'followed');
    };
    if (wf.kind === 'chain')
      wf.steps.forEach((step, i) => void inside(step, `${path}.${i}`, i === wf.steps.length - 1));
    if (wf.kind === 'chord') {
      this.#never(wf.header, `${path}.0`, `${path}.0`, 'followed');
      inside(wf.body, `${path}.1`, true);
    }
    if (wf.kind !== 'group') return;
    const group = role === 'result' ? `${path}.0` : id;
    for (const [i, member] of wf.members.entries()) {
      unreached.add(`${group}.${i}`);
      this.#never(member, `${group}.${i}`, `${group}.${i}`, 'result');
    }
  }

  #group(wf: WfGroup, id: string, given: Given, policy: Policy | undefined): Given {
    this.#into.groups.set(id, wf.members.length);
    if (wf.members.length > 100) this.#into.met.push('inner nodes');
    if (wf.members.length === 0) {
      this.#into.met.push('empty group');
      return given.kind === 'group' ? { ...given, empty: true } : { kind: 'group', group: id, ends: [], policy };
    }
    const errbacks = wf.linkError ?? [];
    const ends = wf.members.map((member, i) => {
      const memberId = `${id}.${i}`;
      const at: Place = { id: memberId, path: memberId, generation: 0, role: 'result', links: [], errbacks };
      return this.part(member, at, given) as End;
    });
    return { kind: 'group', group: id, ends, policy };
  }

  #map(wf: WfMap, place: Place, given: Given): End {
    const at = around(wf, place);
    const end = this.#before(at) ?? this.#lost(at) ?? this.#gathered(given);
    if (end) return this.#ended(at, end);
    if (wf.items.length > 0) this.#into.runs.add(at.id);
    const failing = wf.items.some(({ act }) => act === 'fail') && !this.#oracle.healed;
    if (failing) return this.#ended(at, own(at.id, 'Boom'));
    return this.#ended(at, { state: 'SUCCESS', value: wf.items.map((plan) => resultOf(plan, undefined)) });
  }

  #task(wf: WfTask, place: Place, given: Given): End {
    const at = around(wf, place);
    const { id } = at;
    this.#into.met.push(wf.act);
    this.#into.errbacks.set(`${id} ${at.generation}`, at.errbacks);
    if (wf.act === 'launch') this.#children(wf, id);
    const before = wf.act === 'replace' ? undefined : this.#before(at);
    const end = before ?? this.#expired(wf, at) ?? this.#lost(at) ?? this.#gathered(given);
    if (end) return this.#ended(at, end);
    this.#into.runs.add(id);
    if (wf.act === 'replace') return this.#replaced(wf, at);
    return this.#ended(at, this.#outcome(wf, at, this.#inputOf(wf, given, id)));
  }

  /** What a task has sent from inside. */
  #children({ n, sub }: WfTask, id: string): void {
    for (const child of this.#oracle.launched(id, n)) {
      this.#into.met.push('launched from a task');
      this.part(sub as Wf, whole(child), NOTHING);
    }
  }

  #expired({ act }: WfTask, { id }: Place): End | undefined {
    return act === 'expire' ? { state: 'REVOKED', name: 'TaskRevokedError', cause: id, by: 'self' } : undefined;
  }

  #lost({ id, generation }: Place): End | undefined {
    return this.#oracle.lost(id, generation) ? own(id, 'WorkerLostError') : undefined;
  }

  #replaced({ sub }: WfTask, { id, generation, links, errbacks }: Place): End {
    const next = generation + 1;
    const at: Place = { id, path: this.#pathOf(id, next), generation: next, role: 'result', links, errbacks };
    return this.part(sub as Wf, at, NOTHING) as End;
  }

  /** A later round that runs the code of the task again replaces it by another canvas. */
  #pathOf(id: string, generation: number): string {
    const round = this.#oracle.replacedIn(id, generation);
    return round === 0 ? `${id}.r${generation}` : `${id}.r${generation}-${round}`;
  }

  #outcome(wf: WfTask, { id }: Place, input: Json | undefined): End {
    const name = FAILING[wf.act];
    if (wf.act === 'ignore') return { state: 'IGNORED', name: 'TaskIgnoredError', cause: id, by: 'self' };
    if (name !== undefined && !this.#oracle.healed) return own(id, name);
    return { state: 'SUCCESS', value: resultOf(wf, input) };
  }

  #before({ id }: Place): End | undefined {
    const value = this.#oracle.succeeded(id);
    return value === undefined ? undefined : { state: 'SUCCESS', value };
  }

  /** What a body gets instead of running: its header has failed, more than it bears. */
  #gathered(given: Given): End | undefined {
    if (given.kind !== 'group') return undefined;
    const { ends, policy } = given;
    const bad = ends.filter((end): end is BadEnd => end.state !== 'SUCCESS');
    if (bears(policy, bad.length, ends.length)) {
      if (policy !== undefined && bad.length > 0) this.#into.met.push(`bears ${bad[0]?.state}`);
      return undefined;
    }
    if (policy !== undefined) this.#into.met.push('bears no more');
    return { state: 'FAILURE', name: 'ChordError', cause: (bad[0] as BadEnd).cause, by: 'chord' };
  }

  #inputOf(wf: WfTask, given: Given, id: string): Json | undefined {
    if (wf.immutable || given.kind === 'nothing') return undefined;
    if (given.kind === 'value') return given.value;
    if (given.empty) return [];
    if (given.policy === undefined) return listOf(given);
    const { ends, policy, group } = given;
    const known = ends.map((end) => slotOf(end));
    const resumed = ends.some((_, i) => this.#oracle.wasBad(`${group}.${i}`));
    const seen = resumed ? this.#oracle.listOf(id) : undefined;
    if (!seen) return known;
    const slots = seen.map(plain);
    const bad = slots.filter((slot) => (slot as { status?: Json }).status !== 'SUCCESS').length;
    if (!bears(policy, bad, ends.length)) this.#into.problems.push(`${id} ran although ${bad} of its header failed`);
    for (const [i, slot] of slots.entries()) {
      const mayBeBad = this.#oracle.wasBad(`${group}.${i}`);
      const isSame = JSON.stringify(slot) === JSON.stringify(plain(known[i] as Json));
      const wasBad = mayBeBad && (slot as { status?: Json }).status !== 'SUCCESS';
      if (!isSame && !wasBad) {
        this.#into.problems.push(
          `${id} got ${JSON.stringify(slot)} of member ${i}, must be ${JSON.stringify(known[i])}`,
        );
      }
    }
    this.#into.met.push('body ran while members were resumed');
    return seen as Json;
  }

  #ended({ id, generation, links, errbacks }: Place, end: End): End {
    this.#into.errbacks.set(`${id} ${generation}`, errbacks);
    this.#into.ends.set(id, end);
    this.#into.met.push(end.state === 'SUCCESS' ? 'SUCCESS' : `${end.state} by ${end.by}`);
    if (end.state !== 'SUCCESS') return end;
    for (const [i, link] of links.entries()) {
      this.#into.met.push('link');
      const linkId = `${id}.l${i}`;
      this.part(link, whole(linkId), { kind: 'value', value: end.value });
    }
    return end;
  }
}

function whole(id: string): Place {
  return { id, path: id, generation: 0, role: 'whole', links: [], errbacks: [] };
}

const NOTHING: Given = { kind: 'nothing' };

/** The error that an act fails with, until it is repaired. */
const FAILING: Readonly<Record<string, string>> = {
  fail: 'Boom',
  exhaust: 'Again',
  reject: 'Reject',
  'bad-result': 'NotJsonError',
};

/** The part's own links and errbacks come before those from outside. */
function around({ link = [], linkError = [] }: Wf, place: Place): Place {
  return { ...place, links: [...link, ...place.links], errbacks: [...linkError, ...place.errbacks] };
}

function own(id: string, name: string): End {
  return { state: 'FAILURE', name, cause: id, by: 'self' };
}

function bears(policy: Policy | undefined, failed: number, all: number): boolean {
  if (policy === undefined) return failed === 0;
  if (policy === 'settle') return true;
  return 'atLeast' in policy ? all - failed >= policy.atLeast : failed <= policy.maxFailures;
}

function listOf(given: Given): Json {
  if (given.kind !== 'group') throw new Error('no list');
  if (given.empty) return [];
  return given.ends.map((end) => (end.state === 'SUCCESS' ? end.value : null));
}

function slotOf(end: End): Json {
  if (end.state === 'SUCCESS') return { status: 'SUCCESS', value: end.value };
  return { status: end.state, error: { name: end.name } };
}
