import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chord, createApp } from 'celeriac';

/** Map and reduce over files: their words are counted side by side, a few files a message, and then added up. */
export const app = createApp('words', { queues: { default: {}, count: { maxConcurrency: 10 } } });

type Counts = Record<string, number>;

/** Map: the words of one file. */
export const count = app.task('words.count', { queue: 'count' }, async (path: string): Promise<Counts> => {
  const text = (await readFile(path, 'utf8')).toLowerCase();
  return tally(text.match(/\p{Letter}+/gu)?.map((word) => [word, 1]) ?? []);
});

/** Reduce: one list of counts for each chunk of files. */
export const merge = app.task('words.merge', {}, async (chunks: Counts[][], folder: string) => {
  const total = tally(chunks.flat().flatMap((counts) => Object.entries(counts)));
  const words = Object.entries(total).sort(([, a], [, b]) => b - a);
  return {
    folder,
    files: chunks.flat().length,
    words: words.reduce((sum, [, times]) => sum + times, 0),
    most: Object.fromEntries(words.slice(0, 10)),
  };
});

/** Four files a message; the last chunk may have fewer. */
export const wordCount = (folder: string) => chord(count.chunks(filesIn(folder), 4), merge.s(folder));

/** `celeriac call words.of docs --wait`: the task is replaced by the chord, so the chord's result is its own. */
export const wordsOf = app.task('words.of', { bind: true }, (self, folder: string) => self.replace(wordCount(folder)));

function filesIn(folder: string): [path: string][] {
  const names = readdirSync(folder).filter((name) => /\.(md|txt)$/.test(name));
  return names.sort().map((name) => [join(folder, name)]);
}

function tally(entries: readonly (readonly [word: string, times: number])[]): Counts {
  const counts = new Map<string, number>();
  for (const [word, times] of entries) counts.set(word, (counts.get(word) ?? 0) + times);
  return Object.fromEntries(counts);
}
