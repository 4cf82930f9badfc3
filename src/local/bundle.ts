import { dirname, extname, join } from 'node:path';
import { type BuildFailure, build, formatMessages, type Plugin, stop } from 'esbuild';
import { ConfigurationError } from '../base/errors.ts';
import { CORE_OF } from './entry-modules.ts';

/** CommonJS packages call `require`, which an ES module does not have. */
const REQUIRE = [
  `import { createRequire as celeriacCreateRequire } from 'node:module';`,
  'const require = celeriacCreateRequire(import.meta.url);',
].join('\n');

/** From a checkout, `celeriac` is its sources; nothing has to be built to be tried. */
const FROM_SOURCES: boolean = extname(import.meta.filename) === '.ts';
const SELF = 'celeriac';
const ENTRY = 'celeriac-entry';

/** What is to be bundled, and where to. */
export interface BundleRequest {
  /** Code of each entry, by the name of its file without extension. */
  readonly entries: Readonly<Record<string, string>>;
  /** Where the entries' own imports are looked up: the app's folder. */
  readonly resolveFrom: string;
  readonly outFolder: string;
}

/**
 * Bundles generated modules the way they are deployed: one file each, with all they need, and a source map.
 *
 * @returns the path of each bundle, by its entry's name
 * @throws {ConfigurationError} with esbuild's own messages: file, line and what is wrong
 */
export async function bundle<Name extends string>(
  request: BundleRequest & { readonly entries: Readonly<Record<Name, string>> },
): Promise<Readonly<Record<Name, string>>> {
  const names = Object.keys(request.entries) as Name[];
  try {
    await build({
      entryPoints: names.map((name) => ({ in: `${ENTRY}:${name}`, out: name })),
      plugins: [generated(request), coreOfTheApps()],
      outdir: request.outFolder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
      conditions: FROM_SOURCES ? ['celeriac-source', 'module'] : ['module'],
      banner: { js: REQUIRE },
      keepNames: true, // an error is stored by the name of its class
      sourcemap: true,
      sourcesContent: false,
      logLevel: 'silent',
    });
  } catch (error) {
    throw new ConfigurationError(await textOf(error as BuildFailure), { cause: error });
  } finally {
    await stop(); // its service would stay a process of ours
  }
  return Object.fromEntries(names.map((name) => [name, join(request.outFolder, `${name}.mjs`)])) as Record<
    Name,
    string
  >;
}

/** The entries exist only in memory. */
function generated({ entries, resolveFrom }: BundleRequest): Plugin {
  return {
    name: ENTRY,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${ENTRY}:`) }, ({ path }) => ({
        path: path.slice(ENTRY.length + 1),
        namespace: ENTRY,
      }));
      onLoad({ filter: /./, namespace: ENTRY }, ({ path }) => ({
        contents: entries[path] ?? '',
        resolveDir: resolveFrom,
        loader: 'js',
      }));
    },
  };
}

/** An app can be looked into only by the very package that made it. */
function coreOfTheApps(): Plugin {
  return {
    name: 'celeriac-core-of',
    setup({ onResolve, resolve }) {
      onResolve({ filter: new RegExp(`^${CORE_OF}$`) }, async ({ resolveDir, kind }) => {
        const { path, errors } = await resolve(SELF, { resolveDir, kind });
        if (errors.length > 0) return { errors };
        return { path: join(dirname(path), 'task', `core-of${extname(path)}`) };
      });
    },
  };
}

async function textOf(failure: BuildFailure): Promise<string> {
  if (!Array.isArray(failure.errors)) return `the app cannot be bundled: ${String(failure)}`;
  const messages = await formatMessages(failure.errors, { kind: 'error', color: false });
  return `the app cannot be bundled\n\n${messages.join('').trimEnd()}`;
}
