import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  APP,
  celeriac,
  type DevProcess,
  descendantsOf,
  isOpen,
  portsIn,
  startDev,
  stillRunning,
} from './fixtures/dev-process.ts';
import { until } from './fixtures/until.ts';

const AT = ['--app', APP];

describe('beside a running celeriac dev', () => {
  let dev: DevProcess;

  beforeAll(async () => {
    dev = await startDev();
  });

  afterAll(async () => {
    process.kill(dev.pid, 'SIGTERM');
    await dev.ended;
  });

  it('shows where everything is', () => {
    expect(dev.stdout()).toMatch(/reports\.write +→ slow/);
    expect(portsIn(dev.stdout())).toHaveLength(2);
    expect(dev.stdout()).toMatch(/npm run -s celeriac -- call \S+ \[args…\].* --wait/);
    expect(dev.stdout()).toMatch(/restart for changes/);
  });

  it('runs what is called and shows a line for each task', async () => {
    expect(await celeriac(['call', 'add', '2', '3', '--wait', ...AT])).toEqual({ code: 0, stdout: '5\n', stderr: '' });
    const sent = await celeriac(['call', 'reports.write', 'Q3 numbers', ...AT]);
    const ended = await celeriac(['result', sent.stdout.trim(), '--wait', ...AT]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ state: 'SUCCESS', value: { title: 'Q3 numbers', pages: 3 } });
    const lines = dev.stdout().split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^ {14}│ adding 2 and 3$/));
    expect(lines).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} {2}default {2}add +\w{8} {2}✔ succeeded {2}\d/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/│ reports\.write \w{8} {2}writing {"title":"Q3 numbers"}$/));
  });

  it('lists dead letters, shows them and moves them back', async () => {
    const failed = await celeriac(['call', 'refuse', '--wait', ...AT]);
    expect(failed).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^celeriac: REJECTED: .*not today\n$/),
    });
    const listed = await until('the dead letter', async () => {
      const { stdout } = await celeriac(['dlq', 'list', ...AT]);
      return stdout.includes('refuse') && stdout;
    });
    const id = /^([0-9a-f-]{36}) +default +refuse +rejected +not today$/m.exec(listed)?.[1] ?? '';
    const end = id.slice(-8);
    expect((await celeriac(['dlq', 'show', end, ...AT])).stdout).toMatch(/reason +rejected[\s\S]+"redriven": true/);
    expect(await celeriac(['dlq', 'show', id.slice(-5), ...AT])).toMatchObject({ code: 1, stdout: '' });
    expect(await celeriac(['dlq', 'redrive', ...AT])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--all'),
    });
    expect(await celeriac(['dlq', 'redrive', id, 'nobody', ...AT])).toMatchObject({ code: 1, stdout: '' });
    expect((await celeriac(['dlq', 'list', '--task', 'refuse', ...AT])).stdout).toBe(listed);
    expect((await celeriac(['dlq', 'list', '--task', 'add', ...AT])).stdout).toBe('no dead letters of "add"\n');
    const none = 'no dead letters of "add" to move back\n';
    expect(await celeriac(['dlq', 'redrive', '--task', 'add', ...AT])).toMatchObject({ code: 0, stdout: none });
    expect(await celeriac(['dlq', 'redrive', '--all', '--task', 'add', ...AT])).toMatchObject({ stdout: none });
    expect(await celeriac(['dlq', 'redrive', '--task', 'nope', ...AT])).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('the app has no task "nope"; it has "add"'),
    });
    expect(await celeriac(['dlq', 'redrive', end, ...AT])).toMatchObject({ code: 0, stdout: '1 moved back\n' });
    await until('it has failed again', () => dev.stdout().match(/failed \(rejected\)/g)?.length === 2);
    await until('its dead letter', async () => (await celeriac(['dlq', 'list', ...AT])).stdout.includes(id));
    expect(await celeriac(['dlq', 'redrive', '--task', 'refuse', ...AT])).toMatchObject({ stdout: '1 moved back\n' });
    await until('and again', () => dev.stdout().match(/failed \(rejected\)/g)?.length === 3);
    const depths = await celeriac(['queues', ...AT]);
    expect(depths.stdout).toMatch(/^default +0 +0 +0$/m);
  });

  it('begins nothing of a paused queue, and goes on when it is resumed', async () => {
    expect((await celeriac(['pause', 'slow', ...AT])).stdout).toMatch(/slow is paused.*celeriac resume slow --app /s);
    const held = await until('a task waits', async () => {
      const { stdout } = await celeriac(['call', 'reports.write', 'held', ...AT]);
      const end = stdout.trim().slice(-8);
      await until('something of it', () => dev.stdout().includes(end));
      return new RegExp(`slow +reports.write +${end} +… waits 60 s: paused`).test(dev.stdout()) && end;
    });
    expect((await celeriac(['queues', ...AT])).stdout).toMatch(/^slow +0 +1 +0 +paused since \d{4}-/m);
    expect((await celeriac(['call', 'add', '1', '1', '--wait', ...AT])).stdout).toBe('2\n');
    expect((await celeriac(['resume', 'slow', ...AT])).stdout).toContain('slow was paused since');
    await until('a task runs', async () => {
      const call = ['call', 'reports.write', 'next', '--wait', '--timeout', '2'];
      return (await celeriac([...call, ...AT])).code === 0;
    });
    expect((await celeriac(['result', held, ...AT])).code).toBe(1); // it waits until its minute is over
    expect((await celeriac(['queues', ...AT])).stdout).not.toContain('paused');
  });

  it('is found from where npm was called', async () => {
    const { code, stdout } = await celeriac(['queues'], { INIT_CWD: join(APP, 'reports') });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('slow-dlq') });
  });

  it('takes the end of an id that the log shows for the whole', async () => {
    const id = (await celeriac(['call', 'add', '4', '4', ...AT])).stdout.trim();
    await celeriac(['result', id, '--wait', ...AT]);
    const ended = await celeriac(['result', id.slice(-8), ...AT]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ id, state: 'SUCCESS', value: 8 });
    expect((await celeriac(['graph', id.slice(-8), ...AT])).stdout).toMatch(new RegExp(`^${id} {2}SUCCESS\n\n✔ add`));
    expect(await celeriac(['result', id.slice(-5), ...AT])).toMatchObject({ code: 1 });
  });

  it('prints of a graph that is not there only that', async () => {
    const { code, stdout, stderr } = await celeriac(['graph', 'nonsense', ...AT]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^celeriac: nothing is stored under this id.*\n$/);
  });

  it('says why nothing is there of an id', async () => {
    const { code, stdout, stderr } = await celeriac(['result', '6539830a', ...AT]);
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 1, id: '6539830a', state: 'PENDING' });
    expect(stderr).toMatch(/^celeriac: nothing is stored under this id: .*\n$/);
  });

  it.each([
    ['an unknown task', ['call', 'nobody', ...AT], /^celeriac: CONFIGURATION: .*"nobody".*\n$/],
    ['an unknown queue', ['call', 'add', '--queue', 'fast', ...AT], /^celeriac: UNKNOWN_QUEUE: .*"fast".*\n$/],
    ['a second one', ['dev', APP], /^celeriac: CONFIGURATION: .*already runs.*\n$/],
  ])('refuses %s in one line', async (_name, args, text) => {
    expect(await celeriac(args)).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(text) });
  });
});

describe('celeriac dev', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops within two seconds at %s to all, and leaves nothing',
    async (signal) => {
      const running = await startDev();
      await oneBusyOneFrozen(running);
      const [children, ports] = [descendantsOf(running.pid), portsIn(running.stdout())];
      expect(children.length).toBeGreaterThanOrEqual(4);
      const askedAt = performance.now();
      process.kill(-running.pid, signal); // as a terminal does: to all of them
      expect(await running.ended).toBe(0);
      expect(performance.now() - askedAt).toBeLessThan(2_000);
      await until('all have ended', () => stillRunning(children).length === 0);
      expect(await Promise.all(ports.map(isOpen))).toEqual([false, false]);
      expect(existsSync(join(APP, '.celeriac'))).toBe(false);
      expect(running.stderr()).toBe('');
      expect(running.stdout()).not.toContain('✘');
      expect(running.stdout()).toMatch(/\nstopped; 1 message is gone with the queues\n$/);
    },
  );

  it('leaves no process and no port when it is killed', async () => {
    const running = await startDev();
    await oneBusyOneFrozen(running);
    const [children, ports] = [descendantsOf(running.pid), portsIn(running.stdout())];
    process.kill(running.pid, 'SIGKILL');
    await running.ended;
    await until('all have ended', () => stillRunning(children).length === 0);
    expect(await Promise.all(ports.map(isOpen))).toEqual([false, false]);
    const after = await celeriac(['queues', ...AT]);
    expect(after.code).toBe(1);
    expect(after.stderr).toMatch(/no `celeriac dev` runs for .*; start it: npm run -s celeriac -- dev .+app\n$/);
  });

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SQS', 'CELERIAC_QUEUE_PREFIX'])(
    'refuses an environment whose %s points at AWS',
    async (name) => {
      const refused = await celeriac(['dev', APP], {
        [name]: 'https://sqs.eu-west-1.amazonaws.com/123456789012/digest-',
      });
      expect(refused).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(new RegExp(`^celeriac: REAL_AWS: \`${name}\` .*--allow-aws.*\n$`)),
      });
    },
  );

  it('says where it has looked for an app', async () => {
    const { code, stderr } = await celeriac(['dev', join(APP, 'reports')]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/CONFIGURATION: no app in .*src\/app\.ts/),
    });
  });
});

/** Brings it to two environments: one in a busy loop, one that is done and stopped. */
async function oneBusyOneFrozen(running: DevProcess): Promise<void> {
  await celeriac(['call', 'spin', ...AT]);
  await until('it spins', () => running.stdout().includes('spinning'));
  await celeriac(['call', 'add', '1', '1', '--wait', ...AT]);
}
