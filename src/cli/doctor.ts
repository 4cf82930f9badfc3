import { lazyClients } from '../aws/clients.ts';
import { explained } from '../operations/aws-error.ts';
import { checkApp } from '../operations/check-app.ts';
import { expectedOf } from '../operations/expected.ts';
import { gatherFacts } from '../operations/gather-facts.ts';
import { lambdaApi } from '../operations/lambda-api.ts';
import { doctorText, verdict } from './doctor-text.ts';
import { progressLine } from './progress.ts';
import { readCode } from './read-code.ts';

/** The options of `celeriac doctor`, as commander gives them. */
export interface DoctorOptions {
  /** What the names of its queues begin with. @default the app's name */
  readonly deployed?: string;
}

/**
 * Prints how what is deployed differs from what the code declares; if something is wrong, the exit code is 1.
 *
 * @param path  the module with the app, or a folder with `app.ts` or `src/app.ts`
 * @throws {ConfigurationError} there is no app in the code; no credentials, no region
 * @throws {ServiceError} AWS does not answer
 */
export async function doctor(path: string, { deployed }: DoctorOptions): Promise<void> {
  const line = progressLine();
  line.show('reading the code');
  const manifest = await readCode(path);
  const prefix = deployed ?? manifest.name;
  line.show(`looking at ${prefix} on AWS`);
  const facts = await lookAt(
    prefix,
    manifest.queues.map(([name]) => name),
  ).finally(() => line.clear());
  const sections = checkApp(facts, expectedOf(manifest));
  console.log(doctorText({ app: manifest.name, prefix, region: facts.region }, sections));
  if (verdict(sections).wrong > 0) process.exitCode = 1;
}

async function lookAt(prefix: string, queues: readonly string[]) {
  const { sqs, dynamo } = lazyClients();
  const lambda = await lambdaApi();
  try {
    return await gatherFacts(prefix, queues, { sqs: sqs(), dynamo: dynamo(), lambda });
  } catch (error) {
    throw explained(error);
  } finally {
    lambda.close();
    sqs().destroy();
    dynamo().destroy();
  }
}
