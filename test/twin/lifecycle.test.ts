import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePortBase, isAlive } from '@gsp/twin';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { spawnStart, startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/** How the twin begins and ends: nothing half started, nothing left running, one clear message when it cannot. */
const REGIONS = ['eu-west-1', 'eu-central-1'];
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function pidsOf(twin: TwinProcess): Promise<number[]> {
  const { regions } = await twin.state();
  return regions.flatMap(({ pids }) => [pids.region, pids.engine]).filter((pid) => pid !== null);
}

describe('ending', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends every process and takes the ready file away',
    async (signal) => {
      const twin = await startTwinProcess({ args: ['--no-watch'] });
      const pids = await pidsOf(twin);
      expect(pids).toHaveLength(4);
      expect(await twin.end(signal)).toEqual({ code: 0, signal: null });
      await eventually(() => pids.every((pid) => !isAlive(pid)), { what: () => `${pids} to be gone` });
    },
  );

  test('SIGTERM to npm, which does not pass it on, leaves no process', async () => {
    const folder = await temporary();
    const args = [
      '--port-base',
      String(await freePortBase(REGIONS)),
      '--data-dir',
      join(folder, 'data'),
      '--no-watch',
      '--no-console',
    ];
    const npm = spawn('npm', ['start', '--', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    npm.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await eventually(() => output.includes('Ctrl-C ends everything'), {
      limitMs: 60_000,
      what: () => output,
    });
    npm.kill('SIGTERM');
    await expectNothingRunsOn(folder);
  });

  test('a supervisor that is killed with SIGKILL leaves no process', async () => {
    const twin = await startTwinProcess({ args: ['--no-watch'] });
    const pids = await pidsOf(twin);
    await twin.end('SIGKILL');
    await eventually(() => pids.every((pid) => !isAlive(pid)), { what: () => `${pids} to be gone` });
  });
});

describe('starting', () => {
  test('finds the data of the run before, and forgets it with --fresh', async () => {
    const dataDir = join(await temporary(), 'data');
    const args = ['--no-watch', '--lag', '0'];
    const first = await startTwinProcess({ dataDir, args });
    const written = await fetch(`${first.region('eu-west-1').api}/write`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"pk":"kept"}',
    });
    expect(written.status).toBe(200);
    await first.end('SIGKILL');

    const second = await startTwinProcess({ dataDir, args });
    await eventually(async () => (await itemsOf(second, 'eu-central-1')) === 1);
    expect(await itemsOf(second, 'eu-west-1')).toBe(1);
    await second.end();

    const third = await startTwinProcess({ dataDir, args: [...args, '--fresh'] });
    expect(await itemsOf(third, 'eu-west-1')).toBe(0);
    await third.end();
  });

  async function itemsOf(twin: TwinProcess, region: string): Promise<number> {
    const list = (await (await fetch(`${twin.region(region).api}/items/kept`)).json()) as {
      items: unknown[];
    };
    return list.items.length;
  }

  test('a port in use is one message with the remedy and exit status 1', async () => {
    const base = await freePortBase(REGIONS);
    await occupy(base + 12);
    const { status, text } = await run([
      '--port-base',
      String(base),
      '--data-dir',
      join(await temporary(), 'data'),
    ]);
    expect(status).toBe(1);
    expect(text).toMatch(`Cannot start the twin: port ${base + 12} of 127.0.0.1 is in use`);
    expect(text).toMatch('--port-base N');
    expect(text).not.toMatch(/^\s+at /m);
    // It takes no definition to know: nobody waits for a synthesis to hear of it.
    expect(text).not.toMatch('Synthesiz');
    // The console was being built meanwhile: nobody waits for it, and nobody hears of it.
    expect(text).not.toMatch('console');
  });

  test('a data directory in use is one message with the remedy and exit status 1', async () => {
    const twin = await startTwinProcess({ args: ['--no-watch'] });
    cleanups.push(() => twin.end());
    const { status, text } = await run([
      '--port-base',
      String(await freePortBase(REGIONS)),
      '--data-dir',
      twin.dataDir,
    ]);
    expect(status).toBe(1);
    expect(text).toMatch(`the twin with process id ${twin.process.pid} runs on ${twin.dataDir}`);
  });

  test("a folder with somebody's files is refused, also with --fresh, and left alone", async () => {
    const folder = await temporary();
    await writeFile(join(folder, 'thesis.txt'), 'years of work');
    const { status, text } = await run([
      '--port-base',
      String(await freePortBase(REGIONS)),
      '--data-dir',
      folder,
      '--fresh',
    ]);
    expect(status).toBe(1);
    expect(text).toMatch("holds files that are not a twin's (thesis.txt)");
    expect(await readFile(join(folder, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  test('a corrupt data directory is one message with the remedy, exit status 1, and nothing is left running', async () => {
    const dataDir = join(await temporary(), 'data');
    const first = await startTwinProcess({ dataDir, args: ['--no-watch'] });
    await first.end();
    await mkdir(join(dataDir, 'eu-west-1/replica'), { recursive: true });
    await writeFile(join(dataDir, 'eu-west-1/replica/meta.json'), '{"format":');
    const { status, text } = await run([
      '--port-base',
      String(await freePortBase(REGIONS)),
      '--data-dir',
      dataDir,
    ]);
    expect(status).toBe(1);
    expect(text).toMatch('Cannot start region eu-west-1');
    expect(text).toMatch('--fresh');
    await expectNothingRunsOn(dataDir);
  });

  test('an engine that is not there is one message that says which to use', async () => {
    const { status, text } = await run([
      '--port-base',
      String(await freePortBase(REGIONS)),
      '--data-dir',
      join(await temporary(), 'data'),
      '--engine',
      'http://127.0.0.1:9',
    ]);
    expect(status).toBe(1);
    expect(text).toMatch('127.0.0.1:9');
    expect(text).not.toMatch(/^\s+at /m);
  });

  test.each([
    [['--lag', 'slow']],
    [['--port-base', '80']],
    [['--seed', '-1']],
    [['--nonsense']],
    [['--engine', 'oracle']],
  ])('%j is misuse: exit status 2 and the reason', async (args) => {
    const { status, text } = await run([...args, '--data-dir', join(await temporary(), 'data')]);
    expect(status).toBe(2);
    expect(text).toMatch(/error:/);
  });

  test('--help explains every option and ends with status 0', async () => {
    const { status, text } = await run(['--help']);
    expect(status).toBe(0);
    for (const option of [
      '--port-base',
      '--data-dir',
      '--fresh',
      '--lag',
      '--seed',
      '--engine',
      '--ready-file',
    ]) {
      expect(text).toMatch(option);
    }
  });
});

describe('the control API', () => {
  test('refuses other hosts, other methods and bodies that a web page could send unasked', async () => {
    const twin = await startTwinProcess({ args: ['--no-watch'] });
    cleanups.push(() => twin.end());
    const { control } = twin.ready;
    expect((await fetch(`${control}/_twin/nothing`)).status).toBe(404);
    expect((await fetch(`${control}/_twin/faults`)).status).toBe(405);
    const body = JSON.stringify({ region: 'eu-west-1', kind: 'kill' });
    const plain = await fetch(`${control}/_twin/faults`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    });
    expect(plain.status).toBe(415);
    const broken = await fetch(`${control}/_twin/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    const { stdout } = await promisify(execFile)('curl', [
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      '-H',
      'Host: rebound.example.com',
      `${control}/_twin/state`,
    ]);
    expect(stdout).toBe('403');
    expect((await twin.state()).regions.every(({ status }) => status === 'running')).toBe(true);
  });
});

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twin-life-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function occupy(port: number): Promise<void> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
}

async function run(args: readonly string[]): Promise<{ status: number | null; text: string }> {
  const child = await spawnStart(['--no-watch', ...args]);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { status, text };
}

async function expectNothingRunsOn(dataDir: string): Promise<void> {
  await eventually(async () => {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
    return !stdout.split('\n').some((line) => line.includes(dataDir) && !line.includes('ps -eo'));
  });
}
