import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AppManifest, type BundledFunctions, bundleHandlers, readApp } from '../../cdk/read-app.ts';
import { projectsIn } from '../support/projects.ts';

const projects = projectsIn(import.meta.dirname);
const FILES = {
  'src/app.ts': `import { createApp } from 'celeriac';
    export const app = createApp('shop', { queues: { mail: {}, slow: {} }, taskRoutes: { 'mail.*': { queue: 'mail' } } });`,
  'src/mail/tasks.ts': `import { app } from '../app.ts';
    export const send = app.task('mail.send', {}, async () => 'only the mail module has this text');`,
  'src/books/tasks.ts': `import { app } from '../app.ts';
    export const close = app.task('books.close', { queue: 'slow' }, async () => 'only the books module has this text');`,
};

let root: string;
let manifest: AppManifest;
let built: BundledFunctions;

beforeAll(() => {
  root = projects.write(FILES);
  manifest = readApp(root);
  built = bundle(root, { default: [], mail: ['mail.send'], slow: ['books.close'] });
});
afterAll(projects.remove);

function bundle(of: string, tasksOfQueue: Readonly<Record<string, readonly string[]>>): BundledFunctions {
  return bundleHandlers(of, manifest, tasksOfQueue);
}

function code(folder = ''): string {
  return readFileSync(join(folder, 'index.mjs'), 'utf8');
}

function sourcesOf(folder = ''): readonly string[] {
  return JSON.parse(readFileSync(join(folder, 'index.mjs.map'), 'utf8')).sources;
}

describe('the bundles of a deployment', () => {
  it("hold the modules of the tasks that can arrive, and know the others' names", () => {
    const { mail = '', slow = '' } = built.workers;
    expect(code(mail)).toContain('only the mail module');
    expect(code(mail)).not.toContain('only the books module');
    expect(code(mail)).toContain('["books.close"]');
    expect(code(slow)).toContain('only the books module');
  });

  it('hold no task where none can arrive, and every module where a task is exported by none', () => {
    expect(code(built.workers.default)).not.toContain('only the');
    const hidden = { ...manifest, tasks: [...manifest.tasks, { name: 'hidden', queue: 'default' }] };
    const { default: all = '' } = bundleHandlers(root, hidden, { default: ['hidden'] }).workers;
    expect(code(all)).toContain('only the mail module');
    expect(code(all)).toContain('only the books module');
  });

  it('export a handler that Lambda can load', async () => {
    for (const folder of [built.workers.mail, built.lost]) {
      const module = await import(pathToFileURL(join(folder ?? '', 'index.mjs')).href);
      expect(module.handler).toBeTypeOf('function');
    }
  });

  it('are the same bytes wherever the project stands', () => {
    const other = bundle(projects.write(FILES), { mail: ['mail.send'] });
    for (const file of ['index.mjs', 'index.mjs.map']) {
      const [here = '', there = ''] = [built, other].map(({ workers }) =>
        readFileSync(join(workers.mail ?? '', file), 'utf8'),
      );
      const differs = [...here].findIndex((letter, index) => letter !== there[index]);
      expect(there.slice(differs - 50, differs + 50)).toBe(here.slice(differs - 50, differs + 50));
      expect(there === here).toBe(true);
    }
  });

  it('are made of handlers without logic of their own', () => {
    const folder = join(import.meta.dirname, '../../handlers');
    const lines = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8').split('\n').length);
    expect(lines).toHaveLength(4);
    expect(Math.max(...lines)).toBeLessThanOrEqual(40);
  });

  it('share a folder where two queues need the same modules', () => {
    const { a, b, c } = bundle(root, { a: ['mail.send'], b: ['mail.send'], c: [] }).workers;
    expect(a).toBe(b);
    expect(c).not.toBe(a);
  });

  it('have nothing in them that only the machine which deploys needs', () => {
    const forbidden =
      /src\/(local|cli|operations|testing|memory)\/|node_modules\/(zod|commander|esbuild|fauxqs|dynalite|@aws-sdk\/client-lambda)\//;
    for (const folder of [...Object.values(built.workers), built.lost]) {
      expect(sourcesOf(folder).length).toBeGreaterThan(100);
      expect(sourcesOf(folder).filter((source) => forbidden.test(source))).toEqual([]);
    }
    expect(sourcesOf(built.lost).filter((source) => /src\/canvas\/(chain|group|chord)\.ts/.test(source))).toEqual([]);
  });

  it("are at most 15 % larger than the SDK's two clients alone", () => {
    const used = `import { SQSClient, SendMessageBatchCommand, DeleteMessageBatchCommand, ChangeMessageVisibilityBatchCommand } from '@aws-sdk/client-sqs';
      import { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand, QueryCommand, BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
      export const all = [SQSClient, SendMessageBatchCommand, DeleteMessageBatchCommand, ChangeMessageVisibilityBatchCommand, DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand, QueryCommand, BatchGetItemCommand];`;
    const { outputFiles } = buildSync({
      stdin: { contents: used, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      minify: true,
      keepNames: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
    });
    const alone = outputFiles[0]?.contents.length ?? 0;
    const worker = statSync(join(built.workers.default ?? '', 'index.mjs')).size;
    expect(worker).toBeLessThanOrEqual(alone * 1.15);
  });
});
