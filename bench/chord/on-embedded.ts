import { median, type Report, spread } from '../report.ts';
import { hottest, total } from './counted-ports.ts';
import { checkBody, writesAMember } from './counts.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

/** Chords on the embedded AWS with two worker processes: calls of all clients counted, then time beside the members alone. */
export async function onEmbedded(report: Report, quick: boolean): Promise<void> {
  report.section('chords on the embedded AWS, two worker processes');
  await using(await startEmbedded({ counting: true }), async (embedded) => {
    await countChord(report, embedded, { members: quick ? 2_000 : 20_000, queue: 'default', limit: 1.2 });
    await countChord(report, embedded, { members: quick ? 300 : 2_000, queue: 'single', limit: 2.05 });
  });
  await using(await startEmbedded({ counting: false }), (embedded) => {
    return besideMembersAlone(report, embedded, quick ? { members: 1_000, rounds: 3 } : { members: 5_000, rounds: 3 });
  });
}

async function using(embedded: Embedded, work: (embedded: Embedded) => Promise<void>): Promise<void> {
  try {
    await work(embedded);
  } finally {
    await embedded.stop();
  }
}

interface Counting {
  readonly members: number;
  readonly queue: 'default' | 'single';
  readonly limit: number;
}

async function countChord(report: Report, embedded: Embedded, { members, queue, limit }: Counting): Promise<void> {
  const ran = await embedded.chord(members, queue);
  const calls = embedded.calls();
  const batches = queue === 'single' ? 'one at a time' : 'batches of 10';
  checkBody(report, members, ran);
  report.holds(
    `${members} members, ${batches}`,
    ran.bodyEnds === 1,
    `the body ended once, ${ran.seconds.toFixed(1)} s`,
  );
  report.atMost('  writes a member', writesAMember(calls, members), limit);
  report.atMost('  most updates of one item', hottest(calls.writes), 100);
  report.figure('  reads', `${total(calls.reads)}`);
  report.figure('  calls that send', `${calls.sends} of ${calls.sent} messages`);
}

async function besideMembersAlone(
  report: Report,
  embedded: Embedded,
  { members, rounds }: { readonly members: number; readonly rounds: number },
): Promise<void> {
  const [ours, alone]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const ran = await embedded.chord(members);
    checkBody(report, members, ran);
    ours.push(ran.seconds);
    alone.push(await embedded.alone(members));
  }
  report.figure(`${members} members to the body's end`, spread(ours, ' s'));
  report.figure(`${members} members alone`, spread(alone, ' s'));
  report.atMost('  ratio of the medians', median(ours) / median(alone), 1.5);
}
