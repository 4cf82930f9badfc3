import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

/** Floor of each folder (and of the files at the top of src); a folder imports lower floors only, never a sibling. */
const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  canvas: 1,
  schedule: 1,
  message: 2,
  protocol: 3,
  ports: 4,
  task: 5,
  aws: 5,
  memory: 5,
  client: 6,
  worker: 7,
  beat: 7,
  testing: 8,
  '.': 9,
  operations: 10,
  local: 11,
  cli: 12,
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap(importsOf);

describe('floors', () => {
  it('has a floor for every folder', () => {
    expect(new Set(files.map(folderOf).filter((folder) => !(folder in FLOORS)))).toEqual(new Set());
  });

  it('imports only lower floors, types included', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [above, below] = [folderOf(from), folderOf(to)];
      return above !== below && (FLOORS[below] ?? 99) >= (FLOORS[above] ?? 0);
    });
    expect(wrong).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(cycles()).toEqual([]);
  });

  it('reaches AWS only from src/aws, src/operations and src/local', () => {
    const outside = files.filter(
      (file) => !['aws', 'operations', 'local'].includes(folderOf(file)) && /from '@aws-sdk\//.test(read(file)),
    );
    expect(outside).toEqual([]);
  });

  it('reads the clock and randomness only at their ports', () => {
    const allowed = new Set(['base/clock.ts', 'base/random.ts']);
    const wrong = files.filter(
      (file) =>
        !allowed.has(file) &&
        !['local', 'cli'].includes(folderOf(file)) &&
        /\bDate\.now\(\)|\bMath\.random\(|\bsetTimeout\(|new Date\(\)/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps canvas, message and protocol pure: nothing of Node but a hash, no package, no global that acts', () => {
    const pure = files.filter((file) => ['base', 'canvas', 'schedule', 'message', 'protocol'].includes(folderOf(file)));
    const wrong = pure.filter((file) => {
      if (file === 'base/clock.ts' || file === 'base/random.ts') return false;
      const outside = [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^.'][^']*)'/g)].map(([, name]) => name);
      const acts = /\b(fetch|setTimeout|setImmediate|setInterval|queueMicrotask|console|process)\b[.(]/;
      return outside.some((name) => name !== 'node:crypto') || acts.test(withoutComments(read(file)));
    });
    expect(pure.length).toBeGreaterThan(40);
    expect(wrong).toEqual([]);
  });

  it('re-exports only from the entry files', () => {
    const barrels = files.filter((file) => folderOf(file) !== '.' && /^export (\*|\{[^}]*\}) from /m.test(read(file)));
    expect(barrels).toEqual([]);
  });
});

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] as string) : '.';
}

function read(file: string): string {
  return readFileSync(join(SRC, file), 'utf8');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
}

function importsOf(file: string): Import[] {
  const found = read(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return [...found].map(([, to]) => ({
    from: file,
    to: relative(SRC, resolve(SRC, dirname(file), to as string)),
  }));
}

function cycles(): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' > '));
    if (done.has(file) || path.includes(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
