/**
 * Chords against their budgets (DESIGN.md, section 10): `npm run bench -- chord [--quick] [counts launch embedded celery]`.
 *
 * Everything that is timed against something else takes turns with it.
 */
import { besideCelery } from './chord/beside-celery.ts';
import { counts } from './chord/counts.ts';
import { launchMemory } from './chord/launch-memory.ts';
import { onEmbedded } from './chord/on-embedded.ts';
import { Report } from './report.ts';

const SECTIONS = { counts, launch: launchMemory, embedded: onEmbedded, celery: besideCelery };

const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const quick = process.argv.includes('--quick');
const report = new Report();
report.machine();
for (const [name, section] of Object.entries(SECTIONS)) {
  if (named.length === 0 || named.includes(name)) await section(report, quick);
}
report.end();
