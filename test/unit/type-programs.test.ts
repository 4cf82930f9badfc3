import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Programs that must be compiled alone: each registers an app of its own, or is wrong on purpose. */
const PROGRAMS = resolve(import.meta.dirname, '../types/programs');
const TSC = resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

describe('a program of its own', () => {
  it.each(readdirSync(PROGRAMS).filter((name) => name !== 'messages'))('compiles: %s', (name) => {
    expect(compile(name)).toEqual([]);
  });
});

describe('the compiler', () => {
  const errors = compile('messages');

  it.each([
    [8, '"result.createdAt is a Date: use its ISO string"'],
    [9, '"result is a Map: use an object or a list of pairs"'],
    [10, '"result.list[] may be undefined: use null"'],
    [11, '"args[0] is a Date: use its ISO string"'],
    [12, '"a parameter has no type: annotate it, or give an `args` schema"'],
    [13, '"args must be the schema of a tuple, e.g. z.tuple([z.int()])"'],
    [14, '"args[0] is a Date: use its ISO string"'],
    [15, `Type '"digset"' is not assignable to type '"default" | "digest"'. Did you mean '"digest"'?`],
    [16, "'retryBackof' does not exist in type 'TaskOptions<"],
    [17, 'Expected 2 arguments, but got 1.'],
    [18, "Argument of type 'string' is not assignable to parameter of type 'number'."],
    [19, `Type '"digset"' is not assignable to type '"default" | "digest" | undefined'.`],
    [20, `'NotTogetherWith<"countdown">'`],
    [21, "Argument of type 'string' is not assignable to parameter of type 'number'."],
    [22, "The 'this' context of type 'Signature<[order: { id: number; }], number>' is not assignable"],
    [23, '"args[] is a Date: use its ISO string"'],
    [24, `Type '"digset"' is not assignable to type '"default"'`],
    [25, "Argument of type '5' is not assignable to parameter of type '5 & ((...args: never[]) => unknown)'"],
  ])('says what is wrong on line %i: %s', (line, text) => {
    const [error, ...more] = errors.filter((found) => found.startsWith(`wrong.ts(${line},`));
    expect(more).toEqual([]);
    expect(error).toContain(text);
  });

  it('says nothing more', () => {
    expect(errors).toHaveLength(18);
  });
});

/** The compiler's errors, each with the lines that explain it. */
function compile(program: string): string[] {
  const { stdout } = spawnSync(process.execPath, [TSC, '--noEmit', '-p', join(PROGRAMS, program)], {
    encoding: 'utf8',
    cwd: join(PROGRAMS, program),
  });
  return stdout.split(/\n(?=\S)/).filter((error) => error.trim() !== '');
}
