import { isEnd } from '../base/states.ts';
import type { MemberCounts, WorkflowNode } from '../client/workflow-node.ts';
import { durationText } from './duration-text.ts';
import type { Tone } from './event-text.ts';

/** How a state looks. */
export interface Look {
  readonly glyph: string;
  readonly tone: Tone | 'busy';
}

const LOOKS: Readonly<Record<string, Look>> = {
  SUCCESS: { glyph: '✔', tone: 'good' },
  FAILURE: { glyph: '✘', tone: 'bad' },
  REVOKED: { glyph: '∅', tone: 'quiet' },
  IGNORED: { glyph: '∅', tone: 'quiet' },
  PENDING: { glyph: '○', tone: 'quiet' },
  RETRY: { glyph: '↻', tone: 'warn' },
};
const BUSY: Look = { glyph: '●', tone: 'busy' };
const UNRUN: Look = { glyph: '⊘', tone: 'quiet' };

export function lookOf({ state, unrun }: Pick<WorkflowNode, 'state' | 'unrun'>): Look {
  return unrun ? UNRUN : (LOOKS[state] ?? BUSY);
}

/** What a node is. */
export function nameOf({ kind, task, index, counts, children }: WorkflowNode): string {
  const place = index === undefined ? '' : `[${index}] `;
  switch (kind) {
    case 'group':
      return `${place}group of ${counts?.size === undefined ? 'a stream' : count(counts.size)}`;
    case 'chord':
      return `${place}chord`;
    case 'chain':
      return `${place}chain of ${count(children.length)}`;
    case 'task':
      return place + (task ?? 'a task');
    default:
      return `${place}${kind} of ${task ?? 'a task'}`;
  }
}

/** How long it took, or has been running. */
export function tookText({ startedAt, dateDone, state }: WorkflowNode, now: Date): string {
  if (!startedAt || (!dateDone && isEnd(state))) return '';
  return durationText(Math.max(0, (dateDone ?? now).getTime() - startedAt.getTime()));
}

/** What there is to say besides, but for the error. */
export function notesOf(node: WorkflowNode): string {
  const { retries, counts, unrun } = node;
  const members = counts && !unrun ? countsText(counts) : '';
  const again = retries > 0 ? `${retries} ${retries === 1 ? 'retry' : 'retries'}` : '';
  return [stateNote(node), members, again, redriveNote(node)].filter((note) => note !== '').join(' · ');
}

/** The error in one line. */
export function errorText({ error }: WorkflowNode): string {
  return error ? `${error.name}: ${error.message}`.replace(/\s+/g, ' ').trim() : '';
}

/** Those members that are not shown one by one; nothing if there are none. */
export function restText({ rest }: MemberCounts): string {
  const { succeeded, failed, waiting } = rest;
  const all = succeeded + failed + waiting;
  return all === 0 ? '' : `… ${count(all)} more: ${parts(succeeded, failed, waiting)}`;
}

/** `1,234` */
export function count(members: number): string {
  return members.toLocaleString('en');
}

/** The state where its glyph does not say it all. */
function stateNote({ state, unrun, nextAt, kind }: WorkflowNode): string {
  if (unrun) return state === 'REVOKED' ? 'will not run: revoked' : 'will not run';
  if (state === 'RETRY') return nextAt ? `next attempt at ${nextAt.toISOString().slice(11, 19)} UTC` : 'is tried again';
  if (state === 'SUCCESS' || state === 'FAILURE' || kind === 'group') return '';
  if (state === 'STARTED') return 'running';
  return state === 'PENDING' ? 'waiting' : isEnd(state) ? state.toLowerCase() : state;
}

/** What was redriven only in part has the wait in its time, and so has all that is around it: it is said where it was. */
function redriveNote({ rounds, kind, children }: WorkflowNode): string {
  if (rounds.length > 1) return children.some((child) => child.rounds.length > 1) ? '' : 'waited for a redrive';
  return kind !== 'group' && kind !== 'chain' && kind !== 'chord' && (rounds[0] ?? 0) > 0 ? 'redriven' : '';
}

function countsText({ size, arrived, failed }: MemberCounts): string {
  const said = parts(arrived - failed, failed, (size ?? arrived) - arrived) || 'nothing yet';
  return size === undefined ? `${said}, still being sent` : said;
}

function parts(succeeded: number, failed: number, waiting: number): string {
  const said: [number, string][] = [
    [succeeded, 'succeeded'],
    [failed, 'failed'],
    [waiting, 'to come'],
  ];
  return said.flatMap(([n, what]) => (n > 0 ? [`${count(n)} ${what}`] : [])).join(', ');
}
