import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const [HOME, AWAY] = ['eu-west-1', 'eu-central-1'] as const;

let twin: TwinProcess;
let folder = '';
let probe: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-twin-'));
  twin = await startTwinProcess();
  await writeFile(join(folder, 'outputs.json'), JSON.stringify(outputs()));
});
afterAll(async () => {
  probe?.kill('SIGKILL');
  await twin?.end();
  await rm(folder, { recursive: true, force: true });
});

/** What `amplify_outputs.json` holds, for the ports of this twin. */
function outputs() {
  const place = (region: string) => ({
    endpoint: twin.region(region).api,
    region,
    apiName: `gsp-main-${region}`,
  });
  return {
    custom: {
      API: Object.fromEntries([HOME, AWAY].map((region) => [`gsp-main-${region}`, place(region)])),
      platform: {
        ...{ project: 'gsp', stage: 'main', domain: null },
        regions: Object.fromEntries(
          [HOME, AWAY].map((region) => [region, { apiName: `gsp-main-${region}` }]),
        ),
      },
    },
  };
}

interface Line {
  readonly kind: 'interval' | 'summary';
  readonly calls: number;
  readonly failed: number;
  readonly failovers: number;
  readonly regions: readonly {
    readonly region: string;
    readonly served: number;
    readonly errors: number;
    readonly state: string;
    readonly lag: readonly { readonly lagMs: number | null }[];
  }[];
}

test('npm run probe sees a region die and not a call fail, and ends with a summary when it is told to', async () => {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'scripts/probe.ts',
      '--target',
      join(folder, 'outputs.json'),
      '--json',
      '--interval',
      '500ms',
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  probe = child;
  let [printed, complaints] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // The last line may still be on its way.
  const lines = () =>
    printed
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const regionOf = (line: Line | undefined, name: string) =>
    line?.regions.find(({ region }) => region === name);
  const what = () => `figures, after:\n${printed}\n${complaints}`;

  const hasLag = () =>
    lines().some(({ regions }) => regions.some(({ lag }) => typeof lag[0]?.lagMs === 'number'));
  await eventually(hasLag, { limitMs: 20_000, what });
  expect((await twin.fault({ region: HOME, kind: 'kill' })).status).toBe(200);
  const before = lines().length;
  const servedAway = () =>
    lines()
      .slice(before)
      .reduce((sum, line) => sum + (regionOf(line, AWAY)?.served ?? 0), 0);
  const isServedAway = () => servedAway() >= 20;
  await eventually(isServedAway, { limitMs: 20_000, what });
  expect(regionOf(lines().at(-1), HOME)?.state).not.toBe('closed');
  child.kill('SIGINT');
  expect(await ended, complaints).toBe(0);

  const summary = lines().at(-1);
  expect(summary).toMatchObject({ kind: 'summary', failed: 0 });
  expect(summary?.calls).toBeGreaterThan(20);
  expect(summary?.failovers).toBeGreaterThan(0);
  expect(regionOf(summary, HOME)?.errors).toBeGreaterThan(0);
});
