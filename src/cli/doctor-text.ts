import type { Section } from '../operations/check-app.ts';
import type { Finding } from '../operations/finding.ts';
import { styled } from './style.ts';

/** How many findings of each level there are. */
export type Verdict = Readonly<Record<Finding['level'], number>>;

const MARKS: Readonly<Record<Finding['level'], string>> = { right: '✔', warning: '!', wrong: '✘', unseen: '?' };
const STYLES = { right: 'green', warning: 'yellow', wrong: 'red', unseen: 'dim' } as const;
const WIDTH = 100;

/** Counts the findings. */
export function verdict(sections: readonly Section[]): Verdict {
  const count = (level: Finding['level']) =>
    sections.flatMap(({ findings }) => findings).filter((each) => each.level === level).length;
  return { right: count('right'), warning: count('warning'), wrong: count('wrong'), unseen: count('unseen') };
}

/** All that was found: what is right in a few words, each once, everything else in a line of its own with what to do. */
export function doctorText(
  { app, prefix, region }: { readonly app: string; readonly prefix: string; readonly region: string },
  sections: readonly Section[],
): string {
  const head = styled('bold', `celeriac doctor  ${app}`);
  const parts = sections.map(({ title, findings }) => [styled('bold', title), ...linesOf(findings)].join('\n'));
  return [`${head}  deployed as ${prefix} in ${region}`, ...parts, summary(verdict(sections))].join('\n\n');
}

function linesOf(findings: readonly Finding[]): readonly string[] {
  const rights = new Set(findings.filter(({ level }) => level === 'right').map(({ text }) => text));
  const others = findings.filter(({ level }) => level !== 'right');
  return [
    ...(rights.size > 0 ? marked('right', wrapped([...rights].join(', '))) : []),
    ...others.flatMap(({ level, text, todo }) => [
      ...marked(level, wrapped(text)),
      ...(todo === undefined ? [] : wrapped(`→ ${todo}`).map((line) => `    ${line}`)),
    ]),
  ];
}

function marked(level: Finding['level'], [first = '', ...more]: readonly string[]): readonly string[] {
  return [`  ${styled(STYLES[level], MARKS[level])} ${first}`, ...more.map((line) => `    ${line}`)];
}

function wrapped(text: string): readonly string[] {
  const width = Math.max(40, (process.stdout.columns ?? WIDTH) - 4);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function summary({ right, warning, wrong, unseen }: Verdict): string {
  const notLooked = unseen === 0 ? '' : `, ${unseen} not looked at`;
  if (wrong + warning === 0) return `${right} right${notLooked}`;
  return `${wrong} wrong, ${warning} to look at, ${right} right${notLooked}`;
}
