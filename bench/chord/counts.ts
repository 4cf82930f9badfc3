import { median, type Report, rounded, spread } from '../report.ts';
import { type Calls, hottest, total } from './counted-ports.ts';
import { type InMemory, type Ran, runInMemory } from './in-memory.ts';

/** The body's own writes, which any claimed task costs: its claim and its end. */
const OF_BODY = 2;

/** The writes that a chord of so many members costs more than its body alone, for each member. */
export function writesAMember(calls: Calls, members: number): number {
  return (total(calls.writes) - OF_BODY) / members;
}

/** Calls and time of chords in memory: what grows, and how. */
export async function counts(report: Report, quick: boolean): Promise<void> {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000];
  const largest = sizes.at(-1) as number;
  report.section(`chords in memory, the real worker, batches of 10 unless said otherwise`);
  await runChecked(report, { members: 1_000 }); // compiles the code
  const ten = await runChecked(report, { members: 10, batchSize: 1 });
  report.atMost('writes a member, 10 members one at a time', writesAMember(ten.calls, 10), 2.2);
  const apart = await runChecked(report, { members: largest, scattered: true });
  report.atMost(`writes a member, ${largest}, no two of a batch at a leaf`, writesAMember(apart.calls, largest), 2.05);
  report.atMost('  most updates of one item', hottest(apart.calls.writes), 100);
  const single = await runChecked(report, { members: 1_000, batchSize: 1 });
  report.atMost('writes a member, 1000 members one at a time', writesAMember(single.calls, 1_000), 2.05);
  await growth(report, sizes);
  await beside(report, largest, quick ? 3 : 5);
}

async function growth(report: Report, sizes: readonly number[]): Promise<void> {
  const costs = [];
  for (const members of sizes) {
    const { calls } = await runChecked(report, { members });
    report.atMost(`writes a member, ${members}, batches share leaves`, writesAMember(calls, members), 1.2);
    report.atMost('  most updates of one item', hottest(calls.writes), 100);
    const sqs = calls.sends + calls.polls;
    costs.push({ writes: total(calls.writes), reads: total(calls.reads), 'SQS calls': sqs, 'CPU seconds': 0, members });
  }
  const cpu = costs.map(() => [] as number[]);
  for (let round = 0; round < CPU_ROUNDS; round++) {
    for (const [i, { members }] of costs.entries())
      cpu[i]?.push((await runInMemory({ members, count: false })).cpuSeconds);
  }
  for (const [i, cost] of costs.entries()) cost['CPU seconds'] = median(cpu[i] ?? []);
  const [least, most] = [costs[0], costs.at(-1)];
  if (!least || !most) return;
  for (const kind of ['writes', 'reads', 'SQS calls', 'CPU seconds'] as const) {
    const ratio = most[kind] / most.members / (least[kind] / least.members);
    const besides = `${rounded(most[kind])} of ${most.members}, ${rounded(least[kind])} of ${least.members}`;
    report.atMost(`${kind} a member, ${most.members} to ${least.members}`, ratio, LINEAR[kind], { besides });
  }
}

/** Cost a member of the largest chord, to that of the smallest. */
const LINEAR = { writes: 1.02, reads: 1.02, 'SQS calls': 1.02, 'CPU seconds': 1.5 };

/** By turns, the median of each. */
const CPU_ROUNDS = 3;

/** The same members as plain tasks whose results are stored. */
async function beside(report: Report, members: number, rounds: number): Promise<void> {
  const [ours, alone]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push((await runInMemory({ members, count: false })).seconds);
    alone.push((await runInMemory({ members, count: false, alone: true })).seconds);
  }
  report.figure(`${members} members to the body's end`, spread(ours, ' s'));
  report.figure(`${members} members alone`, spread(alone, ' s'));
  report.atMost('  ratio of the medians', median(ours) / median(alone), 1.5);
}

async function runChecked(report: Report, run: InMemory): Promise<Ran> {
  const ran = await runInMemory(run);
  checkBody(report, run.members, ran);
  return ran;
}

/** Says so only where it is wrong. */
export function checkBody(
  report: Report,
  members: number,
  { value, bodyEnds }: { readonly value: unknown; readonly bodyEnds: number },
): void {
  if (bodyEnds === 1 && value === members * (members - 1)) return;
  report.holds(`the body of ${members} ended once, its sum right`, false, `${bodyEnds} ends, ${String(value)}`);
}
