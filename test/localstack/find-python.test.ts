import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLocalStackPython } from '../../scripts/emulators/localstack-python.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'celeriac a python-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A program that answers the question for its version with this, or fails. */
async function program(path: string, answer: string | undefined): Promise<string> {
  const file = join(home, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, answer === undefined ? '#!/bin/sh\nexit 127\n' : `#!/bin/sh\necho ${answer}\n`);
  await chmod(file, 0o755);
  return file;
}

/** Only these programs. */
function environment(folder: string): NodeJS.ProcessEnv {
  return { HOME: join(home, folder), PATH: join(home, folder, 'bin') };
}

describe('findLocalStackPython', () => {
  it('takes the one on the PATH', async () => {
    await program('path/bin/python3.13', '3.13');
    expect(await findLocalStackPython(environment('path'))).toBe('python3.13');
  });

  it('takes a python3 that is one', async () => {
    await program('plain/bin/python3', '3.13');
    expect(await findLocalStackPython(environment('plain'))).toBe('python3');
  });

  it("takes pyenv's newest where the one on the PATH does not run", async () => {
    await program('pyenv/bin/python3.13', undefined);
    await program('pyenv/bin/python3', '3.11');
    await program('pyenv/.pyenv/versions/3.13.9/bin/python3', '3.13');
    await program('pyenv/.pyenv/versions/3.130.0/bin/python3', '3.130');
    const newest = await program('pyenv/.pyenv/versions/3.13.10/bin/python3', '3.13');
    expect(await findLocalStackPython(environment('pyenv'))).toBe(newest);
    const elsewhere = { ...environment('none'), PYENV_ROOT: join(home, 'pyenv/.pyenv') };
    expect(await findLocalStackPython(elsewhere)).toBe(newest);
  });

  it('finds none where there are only others', async () => {
    await program('others/bin/python3', '3.12');
    await program('others/.pyenv/versions/3.14.0/bin/python3', '3.14');
    expect(await findLocalStackPython(environment('others'))).toBeUndefined();
  });
});
