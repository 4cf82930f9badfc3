import type { WfCase } from './workflow-generate.ts';
import type { Attached, Wf, WfGroup, WfTask } from './workflow-spec.ts';

/** Tells whether a case still fails, and gives back what it needs for that. */
export type Fails<T> = (wfCase: WfCase) => Promise<T | undefined>;

/**
 * Takes away from a failing case what it can fail without: parts, links, options, what tasks do besides, what happens
 * afterwards; until nothing can be taken away any more, or the time is over.
 *
 * @param failing  the case, and what `fails` gave for it
 */
export async function smallestCase<T>(
  failing: { readonly wfCase: WfCase; readonly by: T },
  fails: Fails<T>,
  budgetMs: number,
): Promise<{ readonly wfCase: WfCase; readonly by: T }> {
  const endAt = performance.now() + budgetMs;
  let smallest = failing;
  for (let shorter = true; shorter; ) {
    shorter = false;
    for (const wfCase of smallerCases(smallest.wfCase)) {
      if (performance.now() > endAt) return smallest;
      const by = await fails(wfCase);
      if (by === undefined) continue;
      smallest = { wfCase, by };
      shorter = true;
      break;
    }
  }
  return smallest;
}

/** Each case that is a little smaller; what takes away most comes first. */
function* smallerCases(wfCase: WfCase): Generator<WfCase> {
  const { wf, given: _given, ...rest } = wfCase;
  for (const smaller of smallerParts(wf)) yield { ...wfCase, wf: smaller };
  if (wfCase.given !== undefined) yield { ...rest, wf };
  if (wfCase.client === 'mortal') yield { ...wfCase, client: 'steady' };
  if (wfCase.after === 'redrive-heal') yield { ...wfCase, after: 'heal' };
  if (wfCase.after !== 'nothing') yield { ...wfCase, after: 'nothing' };
}

function* smallerParts(wf: Wf): Generator<Wf> {
  yield* hoisted(wf);
  yield* without(wf);
  yield* withSmallerInside(wf);
  yield* bare(wf);
  if (wf.kind === 'task') yield* simpler(wf);
}

/** One of its parts in place of the whole. */
function hoisted(wf: Wf): readonly Wf[] {
  switch (wf.kind) {
    case 'chain':
      return wf.steps;
    case 'group':
      return wf.members;
    case 'chord':
      return [wf.header, wf.body, { kind: 'chain', steps: [wf.header, wf.body] }];
    case 'task':
      return wf.sub ? [wf.sub] : [];
    default:
      return [];
  }
}

/** One member, step or item less. */
function* without(wf: Wf): Generator<Wf> {
  if (wf.kind === 'chain' && wf.steps.length > 1) for (const steps of lists(wf.steps)) yield { ...wf, steps };
  if (wf.kind === 'group') for (const members of lists(wf.members)) yield { ...wf, members };
  if (wf.kind === 'map' || wf.kind === 'starmap') for (const items of lists(wf.items)) yield { ...wf, items };
}

/** Half of the list, or all but one. */
function* lists<T>(list: readonly T[]): Generator<readonly T[]> {
  if (list.length > 3) {
    yield list.slice(list.length >> 1);
    yield list.slice(0, list.length >> 1);
  }
  if (list.length > 40) return;
  for (let i = 0; i < list.length; i++) yield list.filter((_, other) => other !== i);
}

function* withSmallerInside(wf: Wf): Generator<Wf> {
  const each = function* (list: readonly Wf[], put: (list: readonly Wf[]) => Wf): Generator<Wf> {
    for (const [i, one] of list.slice(0, 40).entries()) {
      for (const smaller of smallerParts(one)) yield put(list.map((other, at) => (at === i ? smaller : other)));
    }
  };
  if (wf.kind === 'chain') yield* each(wf.steps, (steps) => ({ ...wf, steps }));
  if (wf.kind === 'group') yield* each(wf.members, (members) => ({ ...wf, members }));
  if (wf.kind === 'chord') {
    yield* each([wf.body], ([body]) => ({ ...wf, body: body as Wf }));
    for (const header of smallerParts(wf.header))
      if (header.kind === 'group') yield { ...wf, header: header as WfGroup };
  }
  if (wf.kind === 'task' && wf.sub) yield* each([wf.sub], ([sub]) => ({ ...wf, sub: sub as Wf }));
  if (wf.link) yield* each(wf.link, (link) => ({ ...wf, link }));
  if (wf.linkError) yield* each(wf.linkError, (linkError) => ({ ...wf, linkError }));
}

/** Without links, errbacks, options, policy, stream. */
function* bare(wf: Wf): Generator<Wf> {
  const names: readonly string[] = ['link', 'linkError', 'options', 'onError', 'stream'] satisfies (
    | keyof Attached
    | 'onError'
    | 'stream'
  )[];
  yield* eachWithout(wf, names);
}

/** A plain task that succeeds and takes no time. */
function* simpler(wf: WfTask): Generator<Wf> {
  const { sub: _sub, chosen: _chosen, fails: _fails, ...task } = wf;
  if (wf.act !== 'ok') yield { ...task, act: 'ok', task: 'plain' };
  if (wf.task !== 'plain' && wf.task !== 'launcher') yield { ...wf, task: 'plain' };
  yield* eachWithout(wf, ['seconds', 'bulk', 'pad', 'list', 'immutable', 'chosen']);
}

function* eachWithout<W extends Wf>(wf: W, names: readonly string[]): Generator<W> {
  for (const name of names) {
    if (!(name in wf)) continue;
    const { [name]: _gone, ...rest } = wf as unknown as Record<string, unknown>;
    yield rest as unknown as W;
  }
}
