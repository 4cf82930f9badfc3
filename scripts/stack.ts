import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/**
 * `npm run synth`, `deploy`, `destroy`: the CDK's own commands for all stacks of a folder with a `cdk.json`, the digest example
 * unless one is named. Options after the folder are the CDK's: `npm run deploy -- examples/hello --profile staging`.
 */
const ROOT = resolve(import.meta.dirname, '..');
const CDK = join(ROOT, 'node_modules/.bin/cdk');
const HERE = process.env.INIT_CWD ?? process.cwd();

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  synth: ['--quiet', '--no-notices'],
  deploy: ['--all'],
  destroy: ['--all'],
};

const AFTERWARDS: Readonly<Record<string, (folder: string) => string>> = {
  synth: (folder) =>
    [...stacksOf(folder).map(summaryOf), `next: npm run deploy -- ${relative(HERE, folder)}`].join('\n'),
  deploy: (folder) => `next: npm run -s celeriac -- doctor ${relative(HERE, folder)}`,
  destroy: () => 'queues, table and logs are still there: docs/deploy.md#what-stays says how to remove them',
};

const [command = '', ...rest] = process.argv.slice(2);
const named = rest[0]?.startsWith('-') === false ? rest[0] : undefined;
const folder = named === undefined ? join(ROOT, 'examples/digest') : resolve(HERE, named);
const options = named === undefined ? rest : rest.slice(1);
const flags = FLAGS[command];
if (!flags) throw new Error(`the command must be synth, deploy or destroy, got "${command}"`);
if (!existsSync(join(folder, 'cdk.json'))) {
  console.error(`there is no cdk.json in ${folder}; name a folder that has one: npm run ${command} -- examples/hello`);
  process.exit(1);
}

if (command === 'deploy') console.log('what it costs: docs/costs.md, by the queue and by the million tasks\n');
const started = performance.now();
const { status } = spawnSync(CDK, [command, ...flags, ...options], { cwd: folder, stdio: 'inherit' });
if (status !== 0) {
  if (command !== 'synth')
    console.error('\ncredentials, and the bootstrap of an account: docs/deploy.md#into-an-account');
  process.exit(status ?? 1);
}
console.log(`\n${AFTERWARDS[command]?.(folder)}`);
console.log(`took ${((performance.now() - started) / 1_000).toFixed(1)} s`);

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

/** Where the templates of all stacks are. */
function stacksOf(folder: string): readonly string[] {
  const out = join(folder, 'cdk.out');
  const { artifacts } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as {
    readonly artifacts: Readonly<Record<string, { readonly properties?: { readonly templateFile?: string } }>>;
  };
  return Object.values(artifacts).flatMap(({ properties }) =>
    properties?.templateFile?.endsWith('.template.json') ? [join(out, properties.templateFile)] : [],
  );
}

/** What a stack has, by kind, the most first. */
function summaryOf(file: string): string {
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as Template;
  const kinds = Map.groupBy(Object.values(Resources), ({ Type }) => Type.split('::').at(-1) as string);
  const counted = [...kinds].map(([kind, all]) => ({ kind, count: all.length })).sort((a, b) => b.count - a.count);
  const list = counted.map(({ kind, count }) => `${count} ${kind}`).join(', ');
  return `${relative(HERE, file)}\n  ${Object.keys(Resources).length} resources: ${list}`;
}
