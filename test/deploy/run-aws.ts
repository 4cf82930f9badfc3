/**
 * The end-to-end test on a real account, opt-in: `CELERIAC_TEST_AWS=1 npm run test:aws`.
 *
 * `npm run test:aws -- --target ministack` runs the same on MiniStack, as far as that can show it.
 * `CELERIAC_TEST_AWS=1 npm run test:aws -- --clean celeriac-e2e-1a2b3c` deletes what a run has left that was killed.
 *
 * @see docs/emulators.md
 */
import { parseArgs } from 'node:util';
import { awsTarget } from './aws-target.ts';
import { miniStackTarget } from './ministack-target.ts';
import { onAnAccount, onlyCleanUp } from './passes.ts';
import { report } from './report.ts';
import { runPass } from './run-pass.ts';

const { values } = parseArgs({ options: { target: { type: 'string', default: 'aws' }, clean: { type: 'string' } } });
const targets = { aws: () => awsTarget(values.clean), ministack: () => miniStackTarget({ iam: false }) };
const start = targets[values.target as keyof typeof targets];
if (!start) throw new Error(`--target must be ${Object.keys(targets).join(' or ')}, got "${values.target}"`);
report([await runPass(start, values.clean === undefined ? onAnAccount : onlyCleanUp, {})]);
