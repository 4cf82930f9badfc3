/**
 * The daily digest on an embedded AWS: `npm run demo -- --users 2000`.
 *
 * Sends every user a mail while a worker is killed, checks that nobody was left out, then repairs what failed for good.
 */
import { printChecks } from './demo/check.ts';
import { CleanUp } from './demo/clean-up.ts';
import { type DemoOptions, readOptions, USAGE } from './demo/options.ts';
import { printReport } from './demo/report.ts';
import { sendEverybody } from './demo/send-everybody.ts';
import { setStage } from './demo/stage.ts';
import { repairAndVerify, verifyRun } from './demo/verify.ts';

const cleanUp = new CleanUp();
let interrupted = false;
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    interrupted = true;
    void cleanUp.run().finally(() => process.exit(exitCode));
  });
}

try {
  process.exitCode = (await demo(optionsOrExit())) ? 0 : 1;
} catch (error) {
  if (!interrupted) console.error(error);
  process.exitCode = 1;
} finally {
  await cleanUp.run();
}

/** Answers whether all was as it has to be. */
async function demo(options: DemoOptions): Promise<boolean> {
  const date = new Date().toISOString().slice(0, 10);
  console.log(`The digest of ${date} for ${options.users.toLocaleString('en')} users (seed ${options.seed})\n`);
  const stage = await setStage(options, cleanUp);
  const report = await sendEverybody(stage, options, date);
  const checks = await verifyRun(stage, report, options.kills, date);
  printReport({ ...report, peakBytes: stage.local.peakMemoryBytes() });
  const sent = printChecks(checks);
  console.log('\nNow the bad address is corrected, and its dead letter redriven.\n');
  return printChecks(await repairAndVerify(stage, options.users, date)) && sent;
}

function optionsOrExit(): DemoOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n  ${USAGE}`);
    process.exit(2);
  }
}
