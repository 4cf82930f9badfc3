import { cdk } from '../../scripts/emulators/cdk-cli.ts';
import { probe } from './probe/probe.ts';
import { brokenBundle } from './scenarios/broken-bundle.ts';
import { chords } from './scenarios/chords.ts';
import { grants } from './scenarios/grants.ts';
import { hangs } from './scenarios/hang.ts';
import { lost } from './scenarios/lost.ts';
import { mails } from './scenarios/mails.ts';
import { operations } from './scenarios/operations.ts';
import { failsForGood, killsItsProcess } from './scenarios/poison.ts';
import { producer } from './scenarios/producer.ts';
import { cleanUp, destroyed, unchanged } from './scenarios/remains.ts';
import { retries } from './scenarios/retries.ts';
import { sources } from './scenarios/sources.ts';
import { watch } from './scenarios/watch.ts';
import { deployAll, type Stage } from './stage.ts';

/** What is done with a target from its first deployment to its last. */
export type Pass = (stage: Stage) => Promise<void>;

type Scenario = (stage: Stage) => Promise<void>;

/** Everything, on MiniStack. */
export const everything: Pass = async (stage) => {
  await bootstrap(stage);
  if (!(await deployAll(stage))) return;
  await driveAll(stage, [mails]);
  await unchanged(stage);
  await destroyed(stage);
  await cleanUp(stage);
};

/** Whether what is granted is enough, and none of it too much. */
export const withPolicies: Pass = async (stage) => {
  await bootstrap(stage);
  if (!(await deployAll(stage))) return;
  await sideBySide(stage, [mails, retries, failsForGood, chords, sources, producer, lost]);
  await grants(stage);
};

/** Everything that a real account can show; cleans up whatever happens. */
export const onAnAccount: Pass = async (stage) => {
  try {
    await bootstrap(stage);
    await probe(stage);
    if (!(await deployAll(stage))) return;
    await driveAll(stage, []);
    await grants(stage);
    await unchanged(stage);
    await destroyed(stage);
  } finally {
    await cleanUp(stage);
  }
};

/** The one that takes longest runs beside all others but the last, which takes the code away from it. */
async function driveAll(stage: Stage, more: readonly Scenario[]): Promise<void> {
  const killed = killsItsProcess(stage);
  await sideBySide(stage, [...more, retries, failsForGood, hangs, chords, sources, producer, lost, watch]);
  await operations(stage);
  await killed;
  await brokenBundle(stage);
}

async function sideBySide(stage: Stage, scenarios: readonly Scenario[]): Promise<void> {
  await Promise.all(scenarios.map((scenario) => scenario(stage)));
}

/** Only deletes what an earlier run has left. */
export const onlyCleanUp: Pass = (stage) => cleanUp(stage);

/** A real account is left as it is: the CDK's own message says how to prepare it. */
async function bootstrap({ checks, target }: Stage): Promise<void> {
  if (!target.isEmulated) return;
  const project = { folder: target.scratch, scratch: target.scratch, env: target.env };
  await checks.that('`cdk bootstrap`', () =>
    cdk(project, ['bootstrap', `aws://000000000000/${target.env.AWS_REGION}`]),
  );
}
