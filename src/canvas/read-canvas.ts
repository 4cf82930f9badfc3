import { InvalidOptionError } from '../base/errors.ts';
import { isPlainObject, type Json } from '../base/json.ts';
import { readBoolean, wrong } from '../base/option-readers.ts';
import { callOptionsJson } from './call-options-json.ts';
import { MAX_CANVAS_DEPTH, tooDeep } from './canvas-depth.ts';
import type { Attached, CanvasJson, GroupJson } from './canvas-json.ts';
import { attach, chainNode, chordNode, groupNode, readPolicy } from './make-node.ts';
import { readItems } from './map-node.ts';
import { taskJson } from './signature-json.ts';

/**
 * Reads a canvas that `toJSON` once wrote, or that somebody else wrote like it: checked to its depth, copied, frozen.
 *
 * @throws {InvalidOptionError} it is none; the text says where, e.g. `steps[1].members[0].task`
 * @throws {NotJsonError} an argument is not strict JSON
 */
export function readCanvas(json: unknown): CanvasJson {
  return read(json, '', 1);
}

/** @param at  where it stands: empty, or ending in a dot */
function read(json: unknown, at: string, depth: number): CanvasJson {
  if (depth > MAX_CANVAS_DEPTH) throw tooDeep();
  if (!isPlainObject(json)) throw wrong(placeOf(at), EXPECTED, json);
  const reader = Object.hasOwn(READERS, String(json.kind)) && READERS[json.kind as CanvasJson['kind']];
  if (!reader) throw wrong(`${at}kind`, `one of ${Object.keys(READERS).join(', ')}`, json.kind);
  const canvas = reader(json, at, depth + 1);
  const { options, link, linkError } = json;
  if (options === undefined && link === undefined && linkError === undefined) return canvas;
  const attached: Attached = {
    ...(options !== undefined ? { options: callOptionsJson(options, at) } : {}),
    ...(link !== undefined ? { link: readList(link, `${at}link`, depth + 1) } : {}),
    ...(linkError !== undefined ? { linkError: readList(linkError, `${at}linkError`, depth + 1) } : {}),
  };
  return attach(canvas, attached, at) as CanvasJson;
}

const EXPECTED = "an object such as { kind: 'task', task: 'name', args: [] }";

type Fields = Readonly<Record<string, unknown>>;
type Reader = (fields: Fields, at: string, depth: number) => CanvasJson;

const READERS: { readonly [K in CanvasJson['kind']]: Reader } = {
  task: readTask,
  map: (fields, at) => readMap(fields, at),
  starmap: (fields, at) => readMap(fields, at),
  chain: (fields, at, depth) => {
    refuseOthers(fields, ['kind', 'steps'], at);
    return chainNode(readList(fields.steps, `${at}steps`, depth), at) as CanvasJson;
  },
  group: readGroup,
  chord: readChord,
};

function readTask(fields: Fields, at: string): CanvasJson {
  refuseOthers(fields, ['kind', 'task', 'args', 'immutable', 'elsewhere'], at);
  const { args = [], immutable = false, elsewhere = false } = fields;
  const task = readName(fields.task, at);
  if (!Array.isArray(args)) throw wrong(`${at}args`, 'a list of arguments', args);
  const details = {
    immutable: readBoolean(immutable, `${at}immutable`),
    elsewhere: readBoolean(elsewhere, `${at}elsewhere`),
  };
  return taskJson(task, args, details, at);
}

function readMap(fields: Fields, at: string): CanvasJson {
  refuseOthers(fields, ['kind', 'task', 'items', 'elsewhere'], at);
  const { elsewhere = false } = fields;
  const kind = fields.kind as 'map' | 'starmap';
  if (!Array.isArray(fields.items)) throw wrong(`${at}items`, 'a list of items', fields.items);
  return Object.freeze({
    kind,
    task: readName(fields.task, at),
    items: readItems(kind, fields.items, at) as readonly Json[],
    ...(readBoolean(elsewhere, `${at}elsewhere`) ? { elsewhere: true as const } : {}),
  });
}

function readGroup(fields: Fields, at: string, depth: number): GroupJson {
  refuseOthers(fields, ['kind', 'members'], at);
  return groupNode(readList(fields.members, `${at}members`, depth)) as GroupJson;
}

function readChord(fields: Fields, at: string, depth: number): CanvasJson {
  refuseOthers(fields, ['kind', 'header', 'body', 'onError'], at);
  const header = read(fields.header, `${at}header.`, depth);
  if (header.kind !== 'group') throw wrong(`${at}header.kind`, 'group', header.kind);
  const body = read(fields.body, `${at}body.`, depth);
  return chordNode(header, body, readPolicy(fields.onError, `${at}onError`)) as CanvasJson;
}

function readList(list: unknown, at: string, depth: number): readonly CanvasJson[] {
  if (!Array.isArray(list)) throw wrong(at, 'a list of signatures', list);
  return list.map((json: unknown, index) => read(json, `${at}[${index}].`, depth));
}

function readName(task: unknown, at: string): string {
  if (typeof task === 'string' && task !== '') return task;
  throw wrong(`${at}task`, 'the name of a task', task);
}

const ATTACHED: readonly string[] = ['options', 'link', 'linkError'] satisfies (keyof Attached)[];

function refuseOthers(fields: Fields, allowed: readonly string[], at: string): void {
  for (const name in fields) {
    if (allowed.includes(name) || ATTACHED.includes(name) || fields[name] === undefined) continue;
    if (Object.hasOwn(fields, name)) throw new InvalidOptionError(`a ${fields.kind} has no \`${at}${name}\``);
  }
}

function placeOf(at: string): string {
  return at === '' ? 'signature' : at.slice(0, -1);
}
