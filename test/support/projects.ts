import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Projects that a test writes. */
export interface Projects {
  /** Writes a project's files, text by path, into a new folder, and returns that. */
  write(files: Readonly<Record<string, string>>): string;
  /** Removes all of them. */
  remove(): void;
}

/**
 * Projects beside a test, so that `celeriac` is found as from any package of the checkout; hidden from discovery and from git.
 *
 * @param folder  of the test
 */
export function projectsIn(folder: string): Projects {
  const parent = join(folder, '.celeriac');
  return {
    write(files) {
      mkdirSync(parent, { recursive: true });
      const root = mkdtempSync(join(parent, 'project-'));
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      return root;
    },
    remove: () => rmSync(parent, { recursive: true, force: true }),
  };
}
