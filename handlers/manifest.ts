import { app, modules } from 'celeriac:app';
import { type AppManifest, manifestOf } from '../src/task/manifest.ts';

/** Tells what the app declares: run once on the machine that deploys, never on Lambda. */
export const handler = (): AppManifest => manifestOf(app, modules);
