import { resolve } from 'node:path';
import { Token } from 'aws-cdk-lib';
import { ConfigurationError } from '../src/base/errors.ts';
import { shown } from '../src/base/problems.ts';
import { type AppManifest, type BundledFunctions, bundleHandlers, readApp } from './read-app.ts';

const manifests = new Map<string, AppManifest>();
const bundles = new Map<string, BundledFunctions>();

/** Reads an app once in this process: each reading takes a second, and every stage of a pipeline has the same app. */
export function readAppOnce(entry: string, environment: Readonly<Record<string, string>>): AppManifest {
  if (typeof entry !== 'string' || entry === '' || Token.isUnresolved(entry)) {
    const got = Token.isUnresolved(entry) ? 'a token' : shown(entry);
    throw new ConfigurationError(`\`entry\` must be the path of an app.ts, or of the folder it is in, got ${got}`);
  }
  return once(manifests, [resolve(entry), environment], () => readApp(entry, environment));
}

/** Bundles an app's functions once in this process. */
export function bundleOnce(
  entry: string,
  manifest: AppManifest,
  tasksOfQueue: Readonly<Record<string, readonly string[]>>,
): BundledFunctions {
  return once(bundles, [resolve(entry), manifest, tasksOfQueue], () => bundleHandlers(entry, manifest, tasksOfQueue));
}

function once<T>(known: Map<string, T>, question: readonly unknown[], ask: () => T): T {
  const key = JSON.stringify(question);
  const answer = known.get(key) ?? ask();
  known.set(key, answer);
  return answer;
}
