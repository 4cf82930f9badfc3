import { writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { type BuildFailure, build, formatMessages, type Plugin, stop } from 'esbuild';
import { ConfigurationError } from '../base/errors.ts';
import { APP_MODULE } from './entry-modules.ts';

/** CommonJS packages call `require`, which an ES module does not have. */
const REQUIRE = [
  `import { createRequire as celeriacCreateRequire } from 'node:module';`,
  'const require = celeriacCreateRequire(import.meta.url);',
].join('\n');

/** From a checkout, `celeriac` is its sources; nothing has to be built to be tried. */
const FROM_SOURCES: boolean = extname(import.meta.filename) === '.ts';
const ENTRY = 'celeriac-entry';
const CHAIN = 'celeriac-credentials';
/** The package as the app finds it. */
const SELF = 'celeriac';
const HANDLER = 'celeriac-handler';

/** The entries of functions, as they stand in `handlers/`. */
export type HandlerName = 'worker' | 'lost' | 'manifest';

/** What is to be bundled, and where to. */
export interface BundleRequest {
  /** The handler that each bundle exports as `handler`, by the name of its file without extension. */
  readonly entries: Readonly<Record<string, HandlerName>>;
  /** Code of `celeriac:app`, which the handlers import the app from; absent if none of them does. */
  readonly app?: string;
  /** Where the app's own imports are looked up: its folder. */
  readonly resolveFrom: string;
  /** For Lambda: made small, since a start has to read it, and with the only credentials that a function has. @default false */
  readonly deployed?: boolean;
  /** Paths in source maps are written as seen from here. */
  readonly outFolder: string;
}

/** One file of a bundle. */
export interface BundleFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/**
 * Bundles handlers the way they are deployed: one file each, with all they need, and a source map. Writes nothing.
 *
 * The same code gives the same bytes, wherever the project stands.
 *
 * @throws {ConfigurationError} with esbuild's own messages: file, line and what is wrong
 */
export async function bundleFiles(request: BundleRequest): Promise<readonly BundleFile[]> {
  try {
    const { outputFiles } = await build({
      entryPoints: Object.entries(request.entries).map(([out, handler]) => ({ in: `${HANDLER}:${handler}`, out })),
      plugins: [ownHandlers(request), generatedApp(request), ...(request.deployed ? [environmentCredentials()] : [])],
      outdir: request.outFolder,
      write: false,
      minify: request.deployed === true,
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
    return outputFiles;
  } catch (error) {
    throw new ConfigurationError(await textOf(error as BuildFailure), { cause: error });
  } finally {
    await stop(); // its service would stay a process of ours
  }
}

/** As `bundleFiles`, and writes them. @returns the path of each bundle, by its entry's name */
export async function bundle<Name extends string>(
  request: BundleRequest & { readonly entries: Readonly<Record<Name, HandlerName>> },
): Promise<Readonly<Record<Name, string>>> {
  for (const { path, contents } of await bundleFiles(request)) writeFileSync(path, contents);
  const names = Object.keys(request.entries) as Name[];
  return Object.fromEntries(names.map((name) => [name, join(request.outFolder, `${name}.mjs`)])) as Record<
    Name,
    string
  >;
}

/** Those of the very package that made the app: only it can look into it. */
function ownHandlers({ resolveFrom }: BundleRequest): Plugin {
  return {
    name: HANDLER,
    setup({ onResolve, resolve }) {
      onResolve({ filter: new RegExp(`^${HANDLER}:`) }, async ({ path, kind }) => {
        const { path: index, errors } = await resolve(SELF, { resolveDir: resolveFrom, kind });
        if (errors.length > 0) return { errors };
        return { path: join(dirname(index), '../handlers', path.slice(HANDLER.length + 1) + extname(index)) };
      });
    },
  };
}

/**
 * Lambda gives a function its role's credentials by the environment. The SDK's chain of other sources (profiles, SSO, instance
 * metadata) is a fifth of a bundle and of its start; only our own two clients go without.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
function environmentCredentials(): Plugin {
  return {
    name: 'celeriac-credentials',
    setup({ onResolve, resolve, onLoad }) {
      onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, async ({ importer, resolveDir, kind }) => {
        if (!/[\\/]@aws-sdk[\\/]client-(sqs|dynamodb)[\\/]/.test(importer)) return undefined;
        const chain = await resolve('@aws-sdk/credential-provider-node', { resolveDir, kind, namespace: CHAIN });
        return chain.errors.length > 0 ? undefined : { path: chain.path, namespace: CHAIN };
      });
      onLoad({ filter: /./, namespace: CHAIN }, ({ path }) => ({
        contents: `import { fromEnv } from '@aws-sdk/credential-provider-env'; export const defaultProvider = fromEnv;`,
        resolveDir: dirname(path),
      }));
    },
  };
}

/** Exists only in memory. */
function generatedApp({ app = '', resolveFrom }: BundleRequest): Plugin {
  return {
    name: ENTRY,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${APP_MODULE}$`) }, () => ({ path: 'app', namespace: ENTRY }));
      onLoad({ filter: /./, namespace: ENTRY }, () => ({ contents: app, resolveDir: resolveFrom, loader: 'js' }));
    },
  };
}

async function textOf(failure: BuildFailure): Promise<string> {
  if (!Array.isArray(failure.errors)) return `the app cannot be bundled: ${String(failure)}`;
  const messages = await formatMessages(failure.errors, { kind: 'error', color: false });
  return `the app cannot be bundled\n\n${messages.join('').trimEnd()}`;
}
