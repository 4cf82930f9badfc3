import { mulberry32 } from '../../src/memory/choices.ts';
import type {
  Act,
  Attached,
  Kind,
  Plan,
  Policy,
  Wf,
  WfChain,
  WfChord,
  WfGroup,
  WfMap,
  WfOptions,
  WfTask,
} from './workflow-spec.ts';

/** A case of the simulation: a workflow, who launches it, and what happens afterwards. */
export interface WfCase {
  readonly wf: Wf;
  /** Who sends it: a client that never dies, or one that dies, and then sends it again under the same id. */
  readonly client: 'steady' | 'mortal';
  /** Given to what it begins with. */
  readonly given?: number;
  /**
   * What becomes of its dead letters: nothing; repaired and redriven when all is quiet; first redriven as they are; or repaired
   * and redriven while the workflow is still under way.
   */
  readonly after: 'nothing' | 'heal' | 'redrive-heal' | 'heal-early';
}

const MAX_DEPTH = 6;

/** The random case of a seed. */
export function randomCase(seed: number): WfCase {
  return new Generator(seed).case();
}

class Generator {
  readonly #next: () => number;
  #n = 0;
  #left = 0;
  /** Of this workflow: how many of a hundred tasks do something else than succeed. */
  #trouble = 0;

  constructor(seed: number) {
    const next = mulberry32(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
    for (let i = 0; i < 3; i++) next();
    this.#next = next;
  }

  case(): WfCase {
    const size = this.#pick([2, 3, 4, 5, 6, 6, 8, 8, 10, 12, 16, 30]);
    this.#left = size;
    this.#trouble = this.#pick([0, 0, 15, 15, 25, 40]);
    const wf = this.#chance(1) ? this.#wide() : this.#beginning(this.#composite(1));
    return {
      wf,
      client: this.#chance(50) ? 'mortal' : 'steady',
      ...(this.#chance(15) ? { given: 7 } : {}),
      after: this.#pick(['nothing', 'heal', 'heal-early', 'redrive-heal']),
    };
  }

  /** A group that has inner nodes in its barrier. */
  #wide(): Wf {
    const length = 101 + (this.#next() % 150);
    const failing = this.#chance(40) ? this.#next() % length : -1;
    const members = Array.from({ length }, (_, i) =>
      i === failing ? this.#plainTask('fail') : i === length - 1 ? this.#task() : this.#plainTask('ok'),
    );
    const header: WfGroup = { kind: 'group', members, ...(this.#chance(50) ? { stream: true as const } : {}) };
    return this.#chance(60) ? { kind: 'chord', header, body: this.#task() } : header;
  }

  /** A canvas may begin with a stream. */
  #beginning(wf: Wf): Wf {
    if (!this.#chance(40)) return wf;
    switch (wf.kind) {
      case 'group':
        return { ...wf, stream: true };
      case 'chord':
        return { ...wf, header: { ...wf.header, stream: true } };
      case 'chain':
        return { ...wf, steps: [this.#beginning(wf.steps[0] as Wf), ...wf.steps.slice(1)] };
      default:
        return wf;
    }
  }

  #any(depth: number): Wf {
    if (depth >= MAX_DEPTH || this.#left <= 0 || this.#chance(55))
      return this.#chance(10) ? this.#map() : this.#task(depth);
    return this.#composite(depth);
  }

  #composite(depth: number): Wf {
    return this.#pick([() => this.#chain(depth), () => this.#group(depth), () => this.#chord(depth)])();
  }

  #chain(depth: number): WfChain {
    const steps = this.#several(1, 5, depth, (last) => {
      const step = this.#any(depth + 1);
      return !last && step.kind === 'task' && this.#chance(10) ? withOptions(step, { ignoreResult: true }) : step;
    });
    return { kind: 'chain', steps, ...this.#attached(true) };
  }

  #group(depth: number): WfGroup {
    const members = this.#chance(6) ? [] : this.#several(1, 12, depth, () => this.#any(depth + 1));
    const { linkError, options } = this.#attached(true);
    return { kind: 'group', members, ...(linkError ? { linkError } : {}), ...(options ? { options } : {}) };
  }

  #chord(depth: number): WfChord {
    const header = this.#group(depth);
    const policies: readonly (Policy | undefined)[] = [
      undefined,
      undefined,
      'settle',
      { atLeast: Math.max(0, header.members.length - 1) },
      { maxFailures: this.#next() % 3 },
    ];
    const onError = this.#pick(policies);
    const body = this.#any(depth + 1);
    return { kind: 'chord', header, body, ...(onError !== undefined ? { onError } : {}), ...this.#attached(true) };
  }

  /** @param most  as many as are left, and no more */
  #several(least: number, most: number, depth: number, make: (last: boolean) => Wf): Wf[] {
    const narrow = depth > 2 ? Math.min(most, 4) : most;
    const length = least + (this.#next() % Math.max(1, Math.min(narrow, this.#left) - least + 1));
    return Array.from({ length }, (_, i) => make(i === length - 1));
  }

  #task(depth: number = MAX_DEPTH): WfTask {
    return { ...this.#plainTask(this.#act(depth), depth), ...this.#attached(false) };
  }

  #plainTask(act: Act, depth: number = MAX_DEPTH): WfTask {
    const sub = act === 'replace' || act === 'launch' ? this.#sub(depth) : undefined;
    const task: Kind =
      act === 'launch' ? 'launcher' : this.#pick(['plain', 'plain', 'plain', 'plain', 'tracked', 'plain']);
    return {
      kind: 'task',
      task: task === 'plain' && this.#chance(2) ? 'once' : task,
      ...this.#plan(act),
      ...(sub ? { sub } : {}),
      ...(act === 'launch' && this.#chance(50) ? { chosen: true as const } : {}),
      ...(this.#chance(8) ? { immutable: true as const } : {}),
    };
  }

  #plan(act: Act): Plan {
    this.#n += 1;
    this.#left -= 1;
    return {
      n: this.#n,
      act,
      ...(act === 'retry' ? { fails: 1 + (this.#next() % 2) } : {}),
      ...(this.#chance(20) ? { seconds: 1 + (this.#next() % 4) } : {}),
      ...(this.#chance(20) ? { list: true as const } : {}),
      ...(this.#chance(0.5) ? { bulk: this.#pick([70_000, 70_000, 360_000]) } : {}),
      ...(this.#chance(1.5) ? { pad: this.#pick([9_000, 17_000, 33_000]) } : {}),
    };
  }

  #act(depth: number): Act {
    if (this.#chance(6) && this.#left > 0) return this.#pick(['replace', 'replace', 'launch']);
    if (!this.#chance(this.#trouble)) return 'ok';
    const acts: readonly Act[] = [
      'fail',
      'fail',
      'fail',
      'retry',
      'exhaust',
      'reject',
      'bad-result',
      'ignore',
      'expire',
    ];
    return depth > 0 ? this.#pick(acts) : 'ok';
  }

  /** What replaces a task, or is launched by it. */
  #sub(depth: number): Wf {
    return this.#beginning(depth >= MAX_DEPTH ? this.#task() : this.#any(depth + 1));
  }

  #map(): WfMap {
    const kind = this.#pick(['map', 'starmap'] as const);
    const items = Array.from({ length: this.#next() % 4 }, () =>
      this.#plan(this.#chance(this.#trouble / 3) ? 'fail' : 'ok'),
    );
    return { kind, items, ...this.#attached(false) };
  }

  #attached(composite: boolean): Attached {
    const linked = this.#chance(7) && this.#left > 0;
    const failing = this.#chance(composite ? 20 : 7);
    const options = this.#chance(12) ? this.#options(composite) : undefined;
    return {
      ...(linked ? { link: this.#beside() } : {}),
      ...(failing ? { linkError: this.#beside() } : {}),
      ...(options ? { options } : {}),
    };
  }

  #beside(): Wf[] {
    // they travel with every task that they may follow, so they are small
    const small = (): WfTask => {
      const { pad: _pad, ...task } = this.#plainTask(this.#chance(this.#trouble) ? 'fail' : 'ok');
      return task;
    };
    const one = (): Wf => {
      const task = small();
      const chained = this.#chance(25);
      return chained ? { kind: 'chain', steps: [task, small()] } : task;
    };
    return Array.from({ length: this.#chance(20) ? 2 : 1 }, one);
  }

  #options(composite: boolean): WfOptions {
    const all: readonly WfOptions[] = [
      { queue: 'other' },
      { countdown: 1 + (this.#next() % 5) },
      { headers: { h: 'x' } },
      ...(composite ? [{ queue: 'default' as const }] : []),
    ];
    return this.#pick(all);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#next() % list.length] as T;
  }

  #chance(percent: number): boolean {
    return this.#next() % 1_000 < percent * 10;
  }
}

function withOptions(task: WfTask, options: WfOptions): WfTask {
  return { ...task, options: { ...task.options, ...options } };
}
