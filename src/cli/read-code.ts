import { readForSynth } from '../local/synth.ts';
import type { AppManifest } from '../task/manifest.ts';

/**
 * Reads what the code of an app declares, as the construct does.
 *
 * @param path  the module with the app, or a folder with `app.ts` or `src/app.ts`
 * @throws {ConfigurationError} there is no app or no task, or its code cannot be bundled or loaded
 */
export function readCode(path: string): Promise<AppManifest> {
  return readForSynth({ kind: 'read', entry: path, environment: {} });
}
