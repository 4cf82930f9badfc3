import { Checks } from './checks.ts';
import type { Pass } from './passes.ts';
import { cleanUp } from './scenarios/remains.ts';
import { clearStage, type StageOptions, setStage } from './stage.ts';
import type { Target } from './target.ts';

/** Of the functions' log, after a failure; the whole of it stays in the cache. */
const SHOWN_LINES = 120;

/** Starts a target, runs a pass on it, and stops it, also when the run is interrupted. */
export async function runPass(start: () => Promise<Target>, pass: Pass, options: StageOptions): Promise<Checks> {
  const target = await start();
  const before = { ...process.env };
  Object.assign(process.env, target.env);
  const checks = new Checks(target.name);
  console.log(`\n${target.name}`);
  const stage = await setStage(target, checks, options);
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= clearStage(stage).then(() => target.stop());
    return ending;
  };
  const interrupted = () => {
    console.log(target.isEmulated ? '\nstopping' : '\nstopping, and deleting what was made; this takes some minutes');
    const undone = target.isEmulated ? Promise.resolve() : cleanUp(stage);
    void undone.then(end).finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await checks.that('nothing else went wrong', () => pass(stage));
    if (checks.failed.length > 0) showLog(target);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await end();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
  return checks;
}

function showLog(target: Target): void {
  const lines = target.log().trimEnd().split('\n');
  if (lines.length <= 1) return;
  console.log(`\nThe last lines of the functions' log (all of it: ${target.logFile}):`);
  for (const line of lines.slice(-SHOWN_LINES)) console.log(`  ${line.slice(0, 400)}`);
}
