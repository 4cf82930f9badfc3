import type { Refusal } from '../../../src/protocol/write.ts';
import { applyWrite } from '../../../src/protocol/writes.ts';
import { ITEM_DIMENSIONS, type ItemKind, makeItem } from './item-kinds.ts';
import { WRITE_KINDS, type WriteKind } from './write-kinds.ts';

/** What the caller says that he has seen: nothing, the item as it is, an earlier one, or an equal one from elsewhere. */
export type Hint = 'none' | 'right' | 'stale' | 'foreign';

/** One combination: an item (or none), a write, a hint. */
export interface Case {
  readonly item: ItemKind | undefined;
  readonly write: WriteKind;
  readonly hint: Hint;
}

const DIMENSIONS = { write: WRITE_KINDS, hint: ['none', 'right', 'stale', 'foreign'], ...ITEM_DIMENSIONS } as const;
const NAMES = Object.keys(DIMENSIONS) as (keyof typeof DIMENSIONS)[];
const SIZES = NAMES.map((name) => DIMENSIONS[name].length);
const TOTAL = SIZES.reduce((product, size) => product * size, 1);
/** A prime that divides no size: stepping by it visits every combination once, in an order that looks random. */
const STEP = 1_000_003;

/** What `applyWrite` says: the refusal, or that it was written. */
export type Verdict = Refusal | 'written';

/**
 * Every combination of an item and a write; hint and extras, which no rule looks at, take turns. Then those without an item.
 */
export function* everyCase(): Generator<Case> {
  const crossed = SIZES.map((size, place) => (NAMES[place] === 'hint' || NAMES[place] === 'extras' ? 1 : size));
  const total = crossed.reduce((product, size) => product * size, 1);
  for (let n = 0; n < total; n++) {
    const { hint: hints, extras } = DIMENSIONS;
    const one = caseAt(placesOf(n, crossed));
    const turn = n % 7; // prime to the other sizes
    yield {
      ...one,
      hint: hints[turn % hints.length] as Hint,
      item: { ...(one.item as ItemKind), extras: extras[turn % extras.length] as boolean },
    };
  }
  yield* absentCases();
}

/**
 * A sample: every pair of values of any two dimensions at least once, and every verdict of every write with every hint
 * `times` times, where `looks` combinations have so many.
 */
export function sampleCases(times: number, looks: number): Case[] {
  const found: Case[] = [...absentCases()];
  const verdicts = new Map<string, number>();
  const pairs = new Set<number>();
  for (let n = 0; n < looks; n++) {
    const places = placesOf((n * STEP) % TOTAL, SIZES);
    const one = caseAt(places);
    const bucket = `${one.write.name}, ${one.hint}: ${verdictOf(one)}`;
    const fresh = pairsOf(places).filter((pair) => !pairs.has(pair));
    const seen = verdicts.get(bucket) ?? 0;
    if (seen >= times && fresh.length === 0) continue;
    verdicts.set(bucket, seen + 1);
    for (const pair of fresh) pairs.add(pair);
    found.push(one);
  }
  if (pairs.size < pairCount()) throw new Error(`${looks} combinations cover ${pairs.size} of ${pairCount()} pairs`);
  return found;
}

/**
 * Every claim on every item that differs from a free one in at most two properties: where a condition that lacks one of its
 * parts is found out.
 */
export function* claimsOnNearlyFreeItems(): Generator<Case> {
  const free: ItemKind = {
    state: 'STARTED',
    copy: 'own',
    lease: 'none',
    starts: 0,
    generation: 'equal',
    round: 'equal',
    stamped: false,
    extras: false,
    time: 'present',
  };
  const names = Object.keys(ITEM_DIMENSIONS) as (keyof ItemKind)[];
  const changes = names.flatMap((name) => ITEM_DIMENSIONS[name].map((value) => ({ name, value })));
  for (const write of WRITE_KINDS.filter(({ name }) => name.startsWith('claim'))) {
    for (const [place, one] of changes.entries()) {
      for (const other of changes.slice(place)) {
        if (one.name === other.name && one !== other) continue;
        const item = { ...free, [one.name]: one.value, [other.name]: other.value };
        yield { item, write, hint: 'none' };
      }
    }
  }
}

/** What the protocol says of a combination. */
export function verdictOf({ item, write }: Case): Verdict {
  const answer = applyWrite(item && makeItem(item, 'x'), write.make('x'));
  return 'refused' in answer ? answer.refused : 'written';
}

/** A combination in words, for a failure. */
export function describeCase({ item, write, hint }: Case): string {
  return `${write.name} (hint: ${hint}) on ${item ? JSON.stringify(item) : 'no item'}`;
}

function* absentCases(): Generator<Case> {
  for (const write of WRITE_KINDS) {
    for (const hint of ['none', 'stale'] as const) yield { item: undefined, write, hint };
  }
}

function caseAt(places: readonly number[]): Case {
  const at = Object.fromEntries(NAMES.map((name, index) => [name, DIMENSIONS[name][places[index] as number]]));
  const { write, hint, ...item } = at;
  return { item: item as unknown as ItemKind, write: write as WriteKind, hint: hint as Hint };
}

/** The digits of `n` where each place has a size of its own. */
function placesOf(n: number, sizes: readonly number[]): number[] {
  let rest = n;
  return sizes.map((size) => {
    const place = rest % size;
    rest = Math.floor(rest / size);
    return place;
  });
}

/** A number for each pair of values that a combination has. */
function pairsOf(places: readonly number[]): number[] {
  const pairs: number[] = [];
  for (let a = 0; a < places.length; a++) {
    for (let b = a + 1; b < places.length; b++) {
      pairs.push(((a * 100 + b) * 100 + (places[a] as number)) * 100 + (places[b] as number));
    }
  }
  return pairs;
}

function pairCount(): number {
  return SIZES.reduce((sum, size, a) => sum + SIZES.slice(a + 1).reduce((inner, other) => inner + size * other, 0), 0);
}
