import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = resolve(import.meta.dirname, '../types/programs/messages');
const TSC = resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

describe('the compiler, of a canvas', () => {
  const errors = compile();

  it.each([
    [15, 18, "'Signature<[s: string], string>' is not assignable to parameter of type 'Signature<[{ id: number; name"],
    [16, 27, "Type 'number[]' is not assignable to type 'string'."],
    [17, 18, "so nothing takes the predecessor's result: bind one fewer, or use .si()"],
    [18, 18, 'Source has 1 element(s) but target requires 2.'],
    [19, 18, '"a step is a signature: call .s() or .si() on the task"'],
    [20, 18, "parameter of type 'GroupSignature<[{ id: number; name: string; }[]], [number[], string]>'"],
    [21, 18, '"the members of this group take different arguments"'],
    [22, 1, 'Expected at least 1 arguments, but got 0.'],
    [23, 7, '"one of the steps cannot take the result of the one before it"'],
    [24, 16, "Type '{ id: number; name: string; }[]' is not assignable to type 'string'."],
    [25, 19, "Type '[number]' is not assignable to type 'string'."],
    [26, 30, "Type '[number, string]' is not assignable to type 'number[]'."],
    [27, 19, "Type 'Settled<number>' is not assignable to type 'number'."],
    [28, 34, `Type '"setle"' is not assignable to type 'ChordPolicy | undefined'. Did you mean '"settle"'?`],
    [29, 19, "so nothing takes the header's list: bind one fewer, or use .si()"],
    [30, 19, '"the body is a signature: call .s() or .si() on the task"'],
    [31, 18, "Type 'number' is not assignable to type 'AnySignature'."],
    [32, 8, "is not assignable to type 'AnySignature'."],
    [33, 15, "parameter of type 'Signature<[number], unknown>'."],
    [34, 20, "parameter of type 'Errback'."],
    [35, 19, 'This expression is not callable.'],
    [36, 10, '"this task needs more than one argument: use starmap()"'],
    [37, 10, "Type 'string' is not assignable to type 'number'."],
    [38, 10, '"this task has no parameter to map over"'],
    [39, 23, 'Expected 1 arguments, but got 0.'],
    [40, 6, 'Source has 0 element(s) but target requires 1.'],
  ])('says what is wrong on line %i, column %i: %s', (line, column, text) => {
    const [error, ...more] = errors.filter((found) => found.startsWith(`canvas.ts(${line},`));
    expect(more).toEqual([]);
    expect(error).toContain(`canvas.ts(${line},${column})`);
    expect(error).toContain(text);
  });

  it('says nothing more', () => {
    expect(errors).toHaveLength(26);
  });
});

/** The compiler's errors of the program, each with the lines that explain it. */
function compile(): string[] {
  const args = [TSC, '--noEmit', '--pretty', 'false', '-p', 'tsconfig.canvas.json'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: FOLDER });
  return stdout.split(/\n(?=\S)/).filter((error) => error.startsWith('canvas.ts'));
}
