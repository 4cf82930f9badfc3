import { join } from 'node:path';
import { type People, seedPeople } from '../../examples/digest/demo/people.ts';
import { type SmtpServer, startSmtpServer } from '../../examples/digest/demo/smtp-server.ts';
import { app as digestApp } from '../../examples/digest/src/app.ts';
import { app as driveApp } from './app/app.ts';
import { type Diary, diaryIn } from './app/diary.ts';
import type { Checks } from './checks.ts';
import { type Clients, makeClients } from './clients.ts';
import { DeployedStack } from './deployed.ts';
import type { Target } from './target.ts';

/** What all scenarios stand on. */
export interface Stage {
  readonly target: Target;
  readonly checks: Checks;
  readonly clients: Clients;
  readonly drive: Drive;
  /** A function that has nothing of ours in it; deployed on a real account only. */
  readonly probe: DeployedStack;
  /** Left out on a real account: its functions reach neither a mail server nor a database on this machine. */
  readonly digest?: Digest;
}

/** The app of this test. */
export interface Drive {
  readonly stack: DeployedStack;
  /** What its tasks have written. */
  diary(): Diary;
}

/** The digest example, and the world around it. */
export interface Digest {
  readonly stack: DeployedStack;
  readonly people: People;
  readonly smtp: SmtpServer;
  readonly users: number;
}

const NODE = 'node --conditions=celeriac-source --disable-warning=ExperimentalWarning';
const SEED = 1;
/** Of the addresses: their first mail is put off with a 4xx. */
const POSTPONED_SHARE = 0.05;
const DIGEST = join(import.meta.dirname, '../../examples/digest');
/** With IAM enforced MiniStack wants actions that AWS does not have; the example's own `cdk.json` stays as it is. */
const DIGEST_WITH_DEVIATION = `${NODE} ../../test/deploy/cdk/digest.ts`;

/** Grants them. */
const DEVIATION = { emulated: 'true' };

/** What is prepared. */
export interface StageOptions {
  /** Of the digest example. @default it is left out */
  readonly users?: number;
}

/** Prepares both stacks; deploys nothing yet. */
export async function setStage(target: Target, checks: Checks, { users }: StageOptions): Promise<Stage> {
  const clients = makeClients();
  const deviates = target.isEmulated && target.enforcesIam;
  const own = (name: string, context: Readonly<Record<string, string>> = {}, command?: string) =>
    new DeployedStack({
      target,
      clients,
      folder: import.meta.dirname,
      stack: name,
      context: { prefix: target.prefix, stack: name, ...context },
      ...(command === undefined ? {} : { command }),
    });
  const stack = own(stackName(target.prefix), deviates ? DEVIATION : {});
  const drive: Drive = { stack, diary: () => diaryIn(clients.dynamo, stack.output('DiaryTable')) };
  const probe = own(`${stack.name}-Probe`, {}, `${NODE} probe/stack.ts`);
  const stage = { target, checks, clients, drive, probe };
  return users === undefined ? stage : { ...stage, digest: await setDigest(stage, users, deviates) };
}

/** `drive-1a2b` becomes `Drive-1a2b`. */
function stackName(prefix: string): string {
  return prefix.charAt(0).toUpperCase() + prefix.slice(1);
}

async function setDigest(
  { target, clients }: Pick<Stage, 'target' | 'clients'>,
  users: number,
  deviates: boolean,
): Promise<Digest> {
  const database = join(target.scratch, 'users.db');
  const people = seedPeople(database, users, SEED);
  const smtp = await startSmtpServer({ seed: SEED, postponedShare: POSTPONED_SHARE });
  const stack = new DeployedStack({
    target,
    clients,
    folder: DIGEST,
    stack: 'Digest',
    env: { DIGEST_DATABASE: database, DIGEST_SMTP_URL: smtp.url },
    ...(deviates ? { command: DIGEST_WITH_DEVIATION, context: DEVIATION } : {}),
  });
  return { stack, people, smtp, users };
}

/** Deploys both at the same time, and connects this process to them. */
export async function deployAll({ checks, drive, digest }: Stage): Promise<boolean> {
  const deploy = async (stack: DeployedStack, app: object) => {
    const run = await stack.deploy();
    stack.connect(app);
    checks.say(`  stack ${stack.name} is there after ${run.seconds.toFixed(1)} s`);
  };
  const done = await Promise.all([
    checks.that('`cdk deploy` of the app with hung, dying and broken tasks', () => deploy(drive.stack, driveApp)),
    ...(digest ? [checks.that('`cdk deploy` of the digest example', () => deploy(digest.stack, digestApp))] : []),
  ]);
  return done.every(Boolean);
}

/** Ends what the digest's world consists of. */
export async function clearStage({ digest }: Stage): Promise<void> {
  digest?.people.close();
  await digest?.smtp.stop();
}
