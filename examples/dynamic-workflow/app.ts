import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chord, createApp } from 'celeriac';

/** The size of a folder with all that is in it. How the workflow looks is only found out while it runs. */
export const app = createApp('disk');

export interface Size {
  path: string;
  bytes: number;
  files: number;
}

/**
 * A file has a size. A folder is replaced by a chord: a task for each of its entries, and one that adds them up. Its id, its
 * place in the chord above and whoever waits for it stay the same, so the result of the whole is that of the first call.
 *
 * It names itself in its body, so its result is written out: the compiler cannot infer it in a circle.
 */
export const sizeOf = app.task('disk.sizeOf', { bind: true }, async (self, path: string): Promise<Size> => {
  const stats = statSync(path);
  if (!stats.isDirectory()) return { path, bytes: stats.size, files: 1 };
  const entries = readdirSync(path).sort();
  if (entries.length === 0) return { path, bytes: 0, files: 0 };
  return self.replace(
    chord(
      entries.map((entry) => sizeOf.s(join(path, entry))),
      addUp.s(path),
    ),
  );
});

export const addUp = app.task('disk.addUp', {}, async (sizes: Size[], path: string): Promise<Size> => {
  const sum = (key: 'bytes' | 'files') => sizes.reduce((total, size) => total + size[key], 0);
  return { path, bytes: sum('bytes'), files: sum('files') };
});
