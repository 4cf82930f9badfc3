import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as celeriac from 'celeriac';
import { describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { METRICS } from '../../src/ports/metrics.ts';
import { functionTimeoutSeconds } from '../../src/task/function-timeout.ts';

/** What README and docs say, held against the code. */
const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((file) => `docs/${file}`)].filter(isMarkdown);
const READMES = ['examples/digest/README.md', 'examples/existing-stack/README.md'];
const LINKING = [...PAGES, ...filesBelow('docs/decisions'), ...READMES, 'CHANGELOG.md'].filter(isMarkdown);

describe('docs/errors.md', () => {
  const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \| `(\w+)` \|/gm)].map(([, code, name]) => [
    code,
    name,
  ]);

  it('has exactly the codes of the code, each with its class', () => {
    expect(sorted(rows)).toEqual(sorted(codesOf('src/base/errors.ts')));
  });

  it('finds every class of errors in src/base/errors.ts', () => {
    const elsewhere = filesBelow('src').filter(
      (file) => file !== 'src/base/errors.ts' && /extends (CeleriacError|\w+(Error|Exceeded))\b/.test(read(file)),
    );
    expect(elsewhere.filter((file) => /extends CeleriacError\b/.test(read(file)))).toEqual([]);
    const own = Object.values(celeriac).filter((value) =>
      Object.prototype.isPrototypeOf.call(celeriac.CeleriacError, value),
    );
    expect(own.map(({ name }: { readonly name: string }) => name).sort()).toEqual(rows.map(([, name]) => name).sort());
  });
});

describe('the pages', () => {
  it('have code that compiles', () => {
    expect(compiled(PAGES)).toEqual('');
  });

  it('name only what is exported', () => {
    const known = new Set([...ENTRIES.flatMap(exportsOf), ...FOREIGN]);
    const unknown = PAGES.flatMap((page) =>
      spansOf(page)
        .filter((span) => /^[A-Z][a-z]\w*$/.test(span) && !known.has(span))
        .map((span) => `${page}: ${span}`),
    );
    expect(unknown).toEqual([]);
  });

  it.each([
    ['app', 'src/app.ts', ['App']],
    ['self', 'src/task/context.ts', ['TaskContext', 'TaskRequest']],
    ['handle', 'src/canvas/handle.ts', ['AsyncResult', 'GroupResult']],
    ['group', 'src/canvas/handle.ts', ['AsyncResult', 'GroupResult']],
    ['test', 'src/testing/test-app.ts', ['TestApp']],
    ['status', 'src/canvas/handle.ts', ['Started', 'Retrying', 'Custom', 'Succeeded', 'Failed', 'Ended']],
  ])('name only what `%s` has', (object, file, interfaces) => {
    const members = new Set(interfaces.flatMap((name) => membersOf(file, name)));
    const pattern = new RegExp(`\\b${object}\\.(?:request\\.)?(\\w+)`, 'g');
    const named = PAGES.flatMap((page) =>
      codeOf(page).flatMap((code) => [...code.matchAll(pattern)].map(([, name]) => name as string)),
    );
    expect([...new Set(named)].filter((name) => !members.has(name) && name !== 'ts')).toEqual([]);
  });

  it('name only commands and scripts that there are', () => {
    const commands = new Set(program().commands.map((command) => command.name()));
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
    const code = PAGES.flatMap(codeOf).join('\n');
    const called = [...code.matchAll(/\bceleriac (?:-- )?([a-z]+)/g)].map(([, name]) => name as string);
    const ran = [...code.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name as string);
    expect(called.filter((name) => !commands.has(name))).toEqual([]);
    expect(ran.filter((name) => !(name in scripts))).toEqual([]);
    expect(called.length * ran.length).toBeGreaterThan(0);
  });
});

describe('links', () => {
  it('lead to files and headings that there are', () => {
    const broken = LINKING.flatMap((page) =>
      linksOf(page)
        .filter((link) => !leadsSomewhere(page, link))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('reach every page from docs/README.md', () => {
    const linked = linksOf('docs/README.md').map((link) => join('docs', link));
    expect(PAGES.filter((page) => !['README.md', 'docs/README.md', ...linked].includes(page))).toEqual([]);
  });
});

describe('options', () => {
  it.each([
    ['docs/tasks.md', 'src/task/task-options.ts', ['TaskOptions']],
    ['docs/tasks.md', 'src/task/app-core.ts', ['QueueOptions']],
    ['docs/tasks.md', 'src/task/context.ts', ['TaskRequest', 'TaskContext', 'Logger']],
    ['docs/tasks.md', 'src/task/app-config.ts', ['AppConfig']],
    ['docs/sending.md', 'src/canvas/call-options.ts', ['SendOptions']],
    ['docs/sending.md', 'src/app.ts', ['App']],
    ['docs/retries-and-dead-letters.md', 'src/task/context.ts', ['RetryOptions']],
    [
      'docs/results.md',
      'src/canvas/handle.ts',
      ['AsyncResult', 'GetOptions', 'Succeeded', 'Ended', 'Retrying', 'Custom'],
    ],
    ['docs/results.md', 'src/canvas/handle.ts', ['GroupResult', 'GroupGetOptions', 'MemberReport']],
    ['docs/canvas.md', 'src/canvas/signature.ts', ['Signature', 'Links', 'ErrorLinks']],
    ['docs/canvas.md', 'src/canvas/describe.ts', ['DescribeOptions']],
    ['docs/canvas.md', 'src/task/task.ts', ['TaskRef']],
    ['docs/workflow-failures.md', 'src/canvas/signature.ts', ['TaskFailure']],
    ['docs/workflow-failures.md', 'src/base/errors.ts', ['MemberFailure']],
    ['docs/testing.md', 'src/testing/test-app.ts', ['TestApp']],
    ['docs/testing.md', 'src/testing/options.ts', ['TestOptions']],
    ['docs/testing.md', 'src/testing/messages.ts', ['Sent', 'Lying', 'DeadLetter']],
    ['docs/testing.md', 'src/testing/faults.ts', ['Faults', 'Failing']],
    ['docs/deploy.md', 'cdk/task-app-props.ts', ['TaskAppProps', 'TableOptions']],
    ['docs/deploy.md', 'cdk/worker-props.ts', ['WorkerProps', 'QueueProps', 'ProvisionedPollers']],
    ['docs/deploy.md', 'cdk/configure.ts', ['ConfigureOptions']],
    ['docs/deploy.md', 'cdk/allow-from.ts', ['ServiceSource']],
    ['docs/deploy.md', 'cdk/monitoring/dashboard.ts', ['DashboardProps']],
  ])('%s has all of %s, %j', (page, file, names) => {
    const others = page === 'docs/deploy.md' ? [] : ['docs/tasks.md', 'docs/results.md'];
    const text = [page, ...others].map(read).join('\n');
    const missing = names
      .flatMap((name) => membersOf(file, name))
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(text));
    expect(missing).toEqual([]);
  });

  it.each(['AsyncResult', 'GroupResult', 'MemberReport'])('docs/results.md has all of %s in code', (name) => {
    const code = codeOf('docs/results.md').join('\n');
    const members = membersOf('src/canvas/handle.ts', name);
    expect(members.filter((member) => !new RegExp(`\\b${member}\\b`).test(code))).toEqual([]);
    expect(members.length).toBeGreaterThan(4);
  });

  it('have the defaults of the code', () => {
    const rows = new Map(
      [...read('docs/tasks.md').matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \| [^|]* \|$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    const documented = [
      ...read('src/task/task-options.ts').matchAll(/@default (.+?)\s*(?:\*\/|\n)(?:[^;]*?)readonly (\w+)\?/g),
    ];
    const wrong = documented.filter(([, value, name]) => (rows.get(name ?? '') ?? '').replaceAll('`', '') !== value);
    expect(wrong.map(([, value, name]) => `${name}: ${value}, not ${rows.get(name ?? '')}`)).toEqual([]);
    expect(documented.length).toBeGreaterThan(10);
  });
});

describe('docs/retries-and-dead-letters.md', () => {
  const page = read('docs/retries-and-dead-letters.md');

  it('has every reason of a dead letter, and no other', () => {
    const table = page.slice(page.indexOf('| `reason` | when'));
    const listed = [...table.slice(0, table.indexOf('\n\n')).matchAll(/^\| `([a-z-]+)` \| (?!when)/gm)].map(
      ([, reason]) => reason,
    );
    const union = /export type DeadLetterReason =([^;]+);/.exec(read('src/protocol/item.ts'))?.[1] ?? '';
    expect(listed.sort()).toEqual([...union.matchAll(/'([a-z-]+)'/g)].map(([, reason]) => reason).sort());
  });

  it('has every attribute of a dead letter', () => {
    const attributes = /const all = \{([^}]+)\}/.exec(read('src/worker/dead-letter.ts'))?.[1] ?? '';
    const names = [...attributes.matchAll(/^\s+(\w+)[:,]/gm)].map(([, name]) => name as string);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/from-celery.md', () => {
  it('has the number of every case that differs', () => {
    const cases = [...read('test/flow/celery-cases.test.ts').matchAll(/'((?:\d+, )*\d+): [^']*differs/g)];
    const numbers = cases.flatMap(([, list]) => (list as string).split(', '));
    const page = read('docs/from-celery.md').replace('193–196', '193, 194, 195, 196');
    expect(numbers.length).toBeGreaterThan(8);
    expect(numbers.filter((number) => !new RegExp(`\\([^)]*\\b${number}\\b[^)]*\\)`).test(page))).toEqual([]);
  });
});

describe('examples/hello', () => {
  it.each(['README.md', 'docs/deploy.md'])('is deployed by the stack of ten lines of %s', (page) => {
    const stack = read('examples/hello/cdk/app.ts');
    expect(read(page)).toContain(`\`\`\`ts\n${stack}\`\`\``);
    expect(stack.trimEnd().split('\n')).toHaveLength(10);
  });

  it('is the code of the README', () => {
    expect(read('README.md')).toContain(`\`\`\`ts\n${read('examples/hello/app.ts')}\`\`\``);
  });
});

describe('docs/deploy.md', () => {
  const page = read('docs/deploy.md');

  it('has everything that the construct offers', () => {
    const text = read('cdk/task-app.ts') + read('cdk/task-metrics.ts');
    const members = [...text.matchAll(/^ {2}(?:readonly )?(?!constructor)([a-z]\w+)[(:]/gm)].map(
      ([, name]) => name as string,
    );
    const resources = membersOf('cdk/resources.ts', 'AppResources');
    expect(members).toEqual(expect.arrayContaining([...resources, 'allowFrom', 'metricFailed']));
    expect(members.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });

  it('has the numbers of the code', () => {
    const plan = read('cdk/plan.ts');
    const number = (name: string) =>
      Number(new RegExp(`const ${name} = ([\\d_]+)`).exec(plan)?.[1]?.replaceAll('_', ''));
    expect(page).toContain(`| \`memorySize\` | ${number('DEFAULT_MEMORY_MB')} |`);
    expect(page).toContain(`the app's \`maxConcurrency\`, else ${number('DEFAULT_CONCURRENCY')}`);
    const [least, longest] = [[], [{ name: 'a', timeLimitSeconds: 300 }]].map(functionTimeoutSeconds);
    expect(page).toContain(`longest \`timeLimit\` + ${Number(longest) - 300} s, at least ${least} s`);
  });
});

describe('pages whose code is run', () => {
  it.each([
    ['docs/testing.md', 'examples/testing'],
    ['docs/canvas.md', 'examples/canvas'],
    ['docs/workflow-failures.md', 'examples/workflow-failures'],
  ])('%s shows parts of %s', (page, folder) => {
    const texts = filesBelow(folder).map(read);
    const blocks = blocksOf(page).filter(({ info }) => info === 'ts');
    expect(blocks.filter(({ code }) => !texts.some((text) => isPartOf(code, text)))).toEqual([]);
    expect(blocks.length).toBeGreaterThan(5);
    expect(filesBelow(folder).some((file) => file.endsWith('.test.ts'))).toBe(true);
    expect(read('vitest.config.ts')).toContain("'examples/**/*.test.ts'");
  });
});

describe('examples of workflows', () => {
  const folders = ['etl-chain', 'image-pipeline', 'word-count', 'reconciliation', 'dynamic-workflow'];
  const files = folders.flatMap((folder) => filesBelow(`examples/${folder}`));

  it('have at most sixty lines a file, and a test each', () => {
    expect(files.filter((file) => read(file).split('\n').length > 61)).toEqual([]);
    expect(files.filter((file) => file.endsWith('.test.ts'))).toHaveLength(folders.length);
  });

  it('are run where the README shows a canvas', () => {
    const fragments = blocksOf('README.md').filter(({ info }) => info === 'ts fragment');
    expect(fragments).toHaveLength(1);
    expect(isPartOf(fragments[0]?.code ?? '', read('examples/canvas/canvas.test.ts'))).toBe(true);
  });

  it.each(['README.md', 'docs/canvas.md'])('stand in %s, each', (page) => {
    const text = read(page);
    expect(folders.filter((folder) => !text.includes(`examples/${folder}/app.ts`))).toEqual([]);
  });
});

/** What a user can import from. */
const ENTRIES: readonly string[] = ['src/index.ts', 'src/worker.ts', 'src/testing.ts', 'cdk/index.ts'];

/** PascalCase in code that is nobody's export: the language's, AWS's, and the names of metrics. */
const FOREIGN: readonly string[] = [
  'AbortSignal',
  'Date',
  'Error',
  'Map',
  'Promise',
  'DelaySeconds',
  'ReportBatchItemFailures',
].concat(
  [
    'Message',
    'MessageGroupId',
    'StartMessageMoveTask',
    'Exception',
    'ChangeMessageVisibility',
    'ApproximateReceiveCount',
  ],
  Object.values(METRICS).flatMap(({ name, unit }) => [name, unit]),
);

function isMarkdown(file: string): boolean {
  return file.endsWith('.md') && existsSync(join(ROOT, file));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|md)$/.test(file))
    .map((file) => `${folder}/${file}`);
}

function sorted(rows: readonly (readonly (string | undefined)[])[]): string[] {
  return rows.map((row) => row.join(' ')).sort();
}

/** The code and the class of every error; a class whose code varies has a fallback. */
function codesOf(file: string): (readonly [code: string, name: string])[] {
  const classes = read(file)
    .split(/^export (?:abstract )?class /m)
    .slice(2);
  return classes.map((text) => {
    const name = /^\w+/.exec(text)?.[0] ?? '';
    const code = /code = '([A-Z_]+)'/.exec(text) ?? /code \?\? '([A-Z_]+)'/.exec(text);
    return [code?.[1] ?? 'none', name] as const;
  });
}

function exportsOf(file: string): string[] {
  const text = read(file);
  const named = [...text.matchAll(/^export (?:type )?\{([^}]+)\}/gm)].flatMap(([, list]) =>
    (list as string).split(',').map((name) => name.replace(/\btype\b/, '').trim()),
  );
  const declared = [...text.matchAll(/^export (?:async )?(?:function|interface|class|const|type) (\w+)/gm)];
  const starred = [...text.matchAll(/^export \* from '(\.[^']+)'/gm)].flatMap(([, from]) =>
    exportsOf(join(dirname(file), from as string)),
  );
  const classes = [...text.matchAll(/^export abstract class (\w+)/gm)];
  return [...named, ...[...declared, ...classes].map(([, name]) => name as string), ...starred];
}

/** The names of an interface's members, or of a type's that is written like one. */
function membersOf(file: string, name: string): string[] {
  const text = read(file);
  const start = new RegExp(`(?:interface|type) ${name}\\b[^{]*\\{\\n`).exec(text);
  if (!start) throw new Error(`no ${name} in ${file}`);
  const body = text.slice(start.index + start[0].length);
  const end = body.search(/^\}/m);
  return [...body.slice(0, end).matchAll(/^ {2}(?:readonly )?(\w+)\??[(:<]/gm)].map(([, member]) => member as string);
}

/** Inline code and blocks. */
function codeOf(page: string): string[] {
  const text = read(page).replace(/<!-- prelude[\s\S]*?-->/, '');
  return [
    ...blocksOf(page).map(({ code }) => code),
    ...[...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span as string),
  ];
}

function spansOf(page: string): string[] {
  return [
    ...read(page)
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, span]) => span as string);
}

/** Whole lines of it, perhaps from inside a test and so indented there. */
function isPartOf(code: string, text: string): boolean {
  const wanted = code.trimEnd().split('\n');
  const lines = text.split('\n');
  return lines.some((_, start) =>
    wanted.every((line, i) => lines[start + i] === line || lines[start + i] === `  ${line}`),
  );
}

interface Block {
  readonly info: string;
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  const found = read(page).matchAll(/^```(.*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, info, code]) => ({ info: info as string, code: code as string }));
}

/** Each `ts` block of README and of the pages with a prelude, as a module behind that; what the compiler says of them. */
function compiled(pages: readonly string[]): string {
  const folder = join(ROOT, 'coverage/docs');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let blocks = 0;
  for (const page of pages) {
    const prelude = page === 'README.md' ? '' : /<!-- prelude\n([\s\S]*?)-->/.exec(read(page))?.[1];
    if (prelude === undefined) continue;
    for (const { code } of blocksOf(page).filter((block) => block.info === 'ts')) {
      blocks += 1;
      const file = `${page.replaceAll('/', '-')}-${blocks}.ts`;
      writeFileSync(join(folder, file), `${preludeFor(code, prelude)}${code}\nexport {};\n`);
    }
  }
  expect(blocks).toBeGreaterThan(20);
  const config = {
    extends: '../../tsconfig.user.json',
    compilerOptions: { noUnusedLocals: false, noEmit: true },
    include: ['.'],
    exclude: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const { stdout, status } = spawnSync(tsc, ['-p', folder, '--pretty', 'false'], { cwd: ROOT, encoding: 'utf8' });
  if (status === 0) rmSync(folder, { recursive: true, force: true });
  return stdout;
}

/** A block that defines what the prelude declares, or imports from where it does, goes without that line. */
function preludeFor(code: string, prelude: string): string {
  const defined = new Set([...code.matchAll(/^(?:export |declare )?const (\w+)/gm)].map(([, name]) => name));
  const imported = new Set([...code.matchAll(/^import .* from '([^']+)'/gm)].map(([, from]) => from));
  return prelude
    .split('\n')
    .filter((line) => !defined.has(/^declare const (\w+)/.exec(line)?.[1]))
    .filter((line) => !imported.has(/^import .* from '([^']+)'/.exec(line)?.[1]))
    .join('\n');
}

function linksOf(page: string): string[] {
  const text = read(page).replace(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link as string)
    .filter((link) => !/^https?:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return heading === undefined || headingsOf(target).includes(heading);
}

/** As GitHub makes anchors of headings. */
function headingsOf(page: string): string[] {
  const headings = [
    ...read(page)
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/^#+ (.+)$/gm),
  ];
  return headings.map(([, text]) =>
    (text as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
