/**
 * The end-to-end test: deploys with an unmodified CDK, drives what runs there with the real client, and destroys it.
 *
 * `npm run test:deploy` runs it against MiniStack, once as it is and once with IAM enforced.
 *
 * @see docs/emulators.md
 */
import { cdk } from '../../scripts/emulators/cdk-cli.ts';
import { Checks } from './checks.ts';
import { miniStackTarget } from './ministack-target.ts';
import { chords } from './scenarios/chords.ts';
import { hangs } from './scenarios/hang.ts';
import { mails } from './scenarios/mails.ts';
import { failsForGood, killsItsProcess } from './scenarios/poison.ts';
import { retries } from './scenarios/retries.ts';
import { sources } from './scenarios/sources.ts';
import { clearStage, deployAll, setStage } from './stage.ts';

const iam = process.argv.includes('--iam');
const target = await miniStackTarget({ iam });
Object.assign(process.env, target.env);
const checks = new Checks(target.name);
try {
  await checks.that('cdk bootstrap', () =>
    cdk({ folder: import.meta.dirname, scratch: target.scratch, env: target.env }, [
      'bootstrap',
      'aws://000000000000/us-east-1',
    ]),
  );
  const stage = await setStage(target, checks, iam ? 40 : 200);
  try {
    if (await deployAll(stage)) {
      await Promise.all(
        [mails, retries, failsForGood, killsItsProcess, hangs, chords, sources].map((scenario) => scenario(stage)),
      );
    }
    for (const one of [stage.drive.stack, stage.digest?.stack]) {
      const run = await one?.diff();
      console.log(run?.code, run?.code && run?.output);
      console.log((await one?.destroy())?.seconds);
    }
  } finally {
    await clearStage(stage);
  }
} finally {
  await target.stop();
}
console.log(`${checks.passed} passed, ${checks.failed.length} failed`);
