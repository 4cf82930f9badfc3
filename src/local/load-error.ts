import { dirname, join, sep } from 'node:path';

/** The folder of this package: `src` and `dist` stand in it. */
const PACKAGE: string = dirname(dirname(import.meta.dirname));
const OURS: readonly string[] = [
  ...['src', 'handlers', 'dist'].map((folder) => join(PACKAGE, folder) + sep),
  ...['src', 'handlers', 'dist'].map((folder) => join(sep, 'node_modules', 'celeriac', folder) + sep),
];
/** What loads a bundle, and the entry that we generate around the app. */
const LOADING = /node:internal|celeriac-entry:|celeriac-handler:/;
const RUNTIME: string = join(import.meta.dirname, 'function-runtime');

/**
 * Why a module of a user does not load. An error of ours is its code, its text and the place in the user's code that caused it;
 * any other is as it is, without the frames of what loads it.
 */
export function loadErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const head = `${error.name}: ${error.message}`;
  const frames = framesOf(error);
  if (!isOurs(error)) return [head, ...frames].join('\n');
  const frame = frames.find((each) => !OURS.some((folder) => each.includes(folder)));
  const text = `${String(error.code)}: ${error.message}`;
  return frame === undefined ? text : `${text}\n    at ${placeOf(frame)}`;
}

function framesOf({ stack = '' }: Error): readonly string[] {
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return lines.filter((line) => !LOADING.test(line) && !line.includes(RUNTIME));
}

/** `file:line:column`, without the function that may stand before it. */
function placeOf(frame: string): string {
  return frame.replace(/^\s+at (?:async )?(?:.* \()?/, '').replace(/\)$/, '');
}

/** By name: a bundle has a copy of the class. */
function isOurs(error: Error): error is Error & { readonly code: unknown } {
  for (let made: object | null = error; made; made = Object.getPrototypeOf(made)) {
    if (made.constructor.name === 'CeleriacError') return 'code' in error;
  }
  return false;
}
