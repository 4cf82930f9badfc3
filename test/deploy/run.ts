/**
 * The end-to-end test on MiniStack: deploys with an unmodified CDK, drives what runs there with the real client, destroys it.
 * Once as it is, and once with IAM enforced.
 *
 * `npm run test:deploy [-- --pass everything|policies]`
 *
 * @see docs/emulators.md
 */
import { parseArgs } from 'node:util';
import { miniStackTarget } from './ministack-target.ts';
import { everything, withPolicies } from './passes.ts';
import { report } from './report.ts';
import { runPass } from './run-pass.ts';

const { values } = parseArgs({ options: { pass: { type: 'string' } } });
const passes = {
  everything: () => runPass(() => miniStackTarget({ iam: false }), everything, { users: 200 }),
  policies: () => runPass(() => miniStackTarget({ iam: true }), withPolicies, { users: 40 }),
};
const wanted = Object.entries(passes).filter(([name]) => values.pass === undefined || values.pass === name);
if (wanted.length === 0) throw new Error(`--pass must be ${Object.keys(passes).join(' or ')}, got "${values.pass}"`);

const done = [];
for (const [, run] of wanted) done.push(await run());
report(done);
