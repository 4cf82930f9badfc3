import { startCelery } from '../celery/celery.ts';
import { installCelery } from '../celery/install.ts';
import { median, type Report, spread } from '../report.ts';
import { checkBody } from './counts.ts';
import { startEmbedded } from './embedded.ts';

const ROUNDS = 3;

/** The same chord on the embedded AWS and on Celery with Redis, two worker processes each, by turns. */
export async function besideCelery(report: Report, quick: boolean): Promise<void> {
  report.section('a chord beside Celery on Redis, two worker processes each, from the call to the end of the body');
  if (quick) return report.figure('NOT COMPARED', 'left out of a quick run: npm run bench -- chord celery');
  const installed = installCelery();
  if (typeof installed === 'string') return report.figure('NOT COMPARED: does not install', installed);
  report.figure('installed', installed.versions);
  const members = 10_000;
  const [ours, theirs]: [number[], number[]] = [[], []];
  const embedded = await startEmbedded({ counting: false });
  const celery = await startCelery(installed);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const ran = await embedded.chord(members);
      checkBody(report, members, ran);
      ours.push(ran.seconds);
      const their = await celery.chord(members);
      checkBody(report, members, { value: their.value, bodyEnds: 1 });
      theirs.push(their.seconds);
    }
  } finally {
    await Promise.all([embedded.stop(), celery.stop()]);
  }
  report.figure(`${members} members, ours`, spread(ours, ' s'));
  report.figure(`${members} members, Celery`, spread(theirs, ' s'));
  report.atMost('  ratio of the medians', median(ours) / median(theirs), 0.5);
}
