import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from '../../scripts/emulators/venv.ts';
import type { Target } from './target.ts';

/** Said before anything is made. */
const COST = `This makes three stacks in your account, drives them for about half an hour, and deletes them again.
It costs a few US cents: some ten thousand requests of SQS and DynamoDB, a few thousand short invocations, and for an hour
41 alarms and a dashboard; less than $1 even if nothing of it is free to you any more.`;
const PREFIX = 'celeriac-e2e-';

/**
 * The account that the SDK's own variables name.
 *
 * @param earlier  the prefix of a run that has left something
 * @throws {Error} nobody has agreed to it, or the variables lead to an emulator
 */
export async function awsTarget(earlier?: string): Promise<Target> {
  const { CELERIAC_TEST_AWS, AWS_ENDPOINT_URL, AWS_REGION } = process.env;
  console.log(COST);
  if (CELERIAC_TEST_AWS !== '1') {
    throw new Error(
      'to run it, set CELERIAC_TEST_AWS=1, AWS_REGION and credentials; the account must be bootstrapped for the CDK',
    );
  }
  if (AWS_ENDPOINT_URL) throw new Error(`AWS_ENDPOINT_URL is ${AWS_ENDPOINT_URL}: that is no real account; unset it`);
  if (!AWS_REGION) throw new Error('set AWS_REGION to a region that is bootstrapped for the CDK');
  if (earlier !== undefined && !/^celeriac-e2e-[0-9a-f]{6}$/.test(earlier)) {
    throw new Error(`"${earlier}" is no prefix of such a run: they are called ${PREFIX}1a2b3c`);
  }
  const prefix = earlier ?? PREFIX + randomBytes(3).toString('hex');
  const scratch = join(CACHE, prefix);
  await mkdir(scratch, { recursive: true });
  return {
    name: `AWS in ${AWS_REGION}, everything named ${prefix}-…`,
    env: { AWS_REGION },
    scratch,
    prefix,
    enforcesIam: true,
    isEmulated: false,
    slowness: 4,
    log: () => '',
    stop: () => rm(scratch, { recursive: true, force: true }),
  };
}
