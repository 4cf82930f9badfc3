import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findApp, findTaskModules, shownPath } from '../../src/local/find-app.ts';
import { type LoadedApp, loadApp } from '../../src/local/load-app.ts';
import { projectsIn } from '../support/projects.ts';

const projects = projectsIn(import.meta.dirname);
const project = projects.write;
afterEach(projects.remove);

const APP = `import { createApp } from 'celeriac';\nexport const app = createApp('found');\n`;
const task = (name: string, up = '.') =>
  `import { app } from '${up}/app.ts';\nexport const t = app.task('${name}', {}, async () => 1);\n`;

describe('finding an app', () => {
  it.each([
    ['app.ts', '.'],
    ['src/app.ts', '.'],
    ['src/app.ts', 'src/app.ts'],
    ['src/app.ts', 'src'],
    ['app.mjs', '.'],
  ])('finds %s, given %s, and its project', (file, given) => {
    const root = project({ [file]: '' });
    expect(findApp(join(root, given))).toEqual({ root, module: join(root, file) });
  });

  it('prefers app.ts to src/app.ts', () => {
    const root = project({ 'app.ts': '', 'src/app.ts': '' });
    expect(findApp(root).module).toBe(join(root, 'app.ts'));
  });

  it('says where it has looked', () => {
    const root = project({ 'src/main.ts': '' });
    expect(() => findApp(root)).toThrow(/neither app\.ts nor src\/app\.ts/);
    expect(() => findApp(join(root, 'nowhere'))).toThrow(/there is no ".*nowhere"/);
  });

  it("does not take Celeriac's own app.ts for one", () => {
    expect(() => findApp(join(import.meta.dirname, '../..'))).toThrow('name your app: npm run dev -- my-app');
  });
});

describe('finding task modules', () => {
  it('finds every tasks.ts below the app, in a stable order, and none that is installed, built or hidden', () => {
    const root = project({
      'tasks.ts': '',
      'src/app.ts': '',
      'src/tasks.ts': '',
      'src/orders/tasks.ts': '',
      'src/billing/eu/tasks.ts': '',
      'src/tasks.test.ts': '',
      'src/node_modules/other/tasks.ts': '',
      'src/dist/tasks.ts': '',
      'src/.cache/tasks.ts': '',
    });
    const found = findApp(root);
    const shown = findTaskModules(found).map((path) => shownPath(found, path));
    expect(shown).toEqual(['src/billing/eu/tasks.ts', 'src/orders/tasks.ts', 'src/tasks.ts']);
  });

  it('finds the modules that the app names', () => {
    const root = project({
      'src/app.ts': '',
      'src/orders/tasks.ts': '',
      'src/payments/workers.ts': '',
      'src/mail/index.ts': '',
      'src/other/tasks.ts': '',
    });
    const found = findApp(root);
    const named = findTaskModules(found, ['orders', 'payments/workers', 'mail', './other/tasks.ts']);
    expect(named.map((path) => shownPath(found, path))).toEqual([
      'src/orders/tasks.ts',
      'src/payments/workers.ts',
      'src/mail/index.ts',
      'src/other/tasks.ts',
    ]);
    expect(() => findTaskModules(found, ['shop'])).toThrow(/there is no "shop"; looked for shop\/tasks\.ts, shop\.ts/);
  });
});

describe('loading an app', () => {
  async function load(root: string): Promise<LoadedApp> {
    const app = await loadApp(root, { environment: { PATH: '' }, report: { log: () => {} } });
    app.deployment.cleanUp?.();
    return app;
  }

  it('reads what it declares', async () => {
    const { declared, deployment } = await load(project({ 'src/app.ts': APP, 'src/tasks.ts': task('add') }));
    const add = { name: 'add', queue: 'default', module: 'src/tasks.ts' };
    expect(declared).toEqual({ name: 'found', queues: [['default', {}]], tasks: [add], idleRoutes: [] });
    expect(deployment.tasks).toEqual([add]);
  });

  it('reads time limits, tasks of the app module itself, and which tasks go where their arguments say', async () => {
    const routed = `(name, [to]) => name === 'sort' ? to ?? 'default' : undefined`;
    const root = project({
      'app.ts': `import { createApp } from 'celeriac';
        export const app = createApp('found', { queues: { slow: {} }, taskRoutes: [['a*', { queue: 'slow' }], ${routed}] });
        export const own = app.task('own', { queue: 'slow' }, async () => 1);
        app.task('hidden', {}, async () => 1);`,
      'tasks.ts': `import { app } from './app.ts';
        export const add = app.task('add', { timeLimit: 1.5 }, async () => 1);
        export const sort = app.task('sort', {}, async () => 1);`,
    });
    expect((await load(root)).declared.tasks).toEqual([
      { name: 'own', queue: 'slow', module: 'app.ts' },
      { name: 'hidden', queue: 'default', routedByArguments: true },
      { name: 'add', queue: 'slow', timeLimitSeconds: 2, module: 'tasks.ts' },
      { name: 'sort', queue: 'default', routedByArguments: true, module: 'tasks.ts' },
    ]);
  });

  it('loads only the modules that it names, also if another is broken', async () => {
    const named = `${APP}app.autodiscoverTasks(['orders']);\n`;
    const root = project({ 'app.ts': named, 'orders/tasks.ts': task('order', '..'), 'broken/tasks.ts': 'throw 1;' });
    expect((await load(root)).declared.tasks).toMatchObject([{ name: 'order', queue: 'default' }]);
  });

  it.each([
    ['there is no task', { 'app.ts': APP }, /has no task \(no tasks\.ts stands below/],
    [
      'a tasks.ts has none',
      { 'app.ts': APP, 'tasks.ts': 'export const x = 1;' },
      /tasks\.ts: .*exports no task; got x/,
    ],
    ['it exports no app', { 'app.ts': 'export const nothing = 1;' }, /app\.ts exports neither "app" nor a default/],
    [
      'a route fits no task',
      {
        'app.ts': APP.replace("'found'", "'found', { taskRoutes: { 'ad': { queue: 'default' } } }"),
        'tasks.ts': task('add'),
      },
      /no task fits the route "ad"; correct it or leave it out\. The tasks are add/,
    ],
    ['its code does not parse', { 'app.ts': APP, 'tasks.ts': 'export const = 1;' }, /tasks\.ts:1:13:/],
    ['a module throws', { 'app.ts': APP, 'tasks.ts': 'throw new TypeError("no database");' }, /TypeError: no database/],
    [
      'an option is misspelt, with the one line where it stands',
      { 'app.ts': APP, 'tasks.ts': task('add').replace('{}', '{ maxRetrys: 3 } as object') },
      /: INVALID_OPTION: .*`maxRetrys`.*\n {4}at .+tasks\.ts:2:\d+$/,
    ],
    ['an import is missing', { 'app.ts': APP, 'tasks.ts': 'import "./gone.ts";' }, /Could not resolve "\.\/gone\.ts"/],
  ])('says so if %s', async (_name, files, text) => {
    await expect(load(project(files as unknown as Record<string, string>))).rejects.toThrow(text);
  });
});
