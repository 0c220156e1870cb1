import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { callApi } from './support/call-api.ts';
import { eventually } from './support/eventually.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const [HOME, AWAY] = ['eu-west-1', 'eu-central-1'] as const;
const LIMIT_MS = 60_000;

let twin: TwinProcess;
let folder = '';
let probe: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-twin-'));
  twin = await startTwinProcess({ args: ['--lag', '0..20', '--no-watch'] });
  await writeFile(join(folder, 'outputs.json'), JSON.stringify(outputs()));
});
afterEach(() => {
  probe?.kill('SIGKILL');
});
afterAll(async () => {
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

/** A region that starts answers its first requests late; what is measured here is a region that dies. */
async function bothServe(): Promise<void> {
  expect((await twin.fault({ region: HOME, kind: 'start' })).status).toBe(200);
  const write = (region: string) =>
    callApi(twin, region, { method: 'POST', path: '/write', body: { pk: 'warm' } });
  const isQuick = async () => {
    const startedAt = performance.now();
    const answers = await Promise.all([HOME, AWAY].map((region) => write(region).catch(() => undefined)));
    return answers.every((answer) => answer?.status === 200) && performance.now() - startedAt < 1_000;
  };
  await eventually(isQuick, { limitMs: LIMIT_MS, what: () => 'both regions to answer at once' });
}

function startProbe() {
  const target = join(folder, 'outputs.json');
  const args = ['--import', 'tsx', 'scripts/probe.ts', '--target', target, '--json', '--interval', '500ms'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  probe = child;
  let [printed, complaints] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  // Not 'exit': the last line may still be on its way then.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    lines: () =>
      printed
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Line),
    what: () => `figures, after:\n${printed}\n${complaints}`,
    complaints: () => complaints.trim(),
    end() {
      child.kill('SIGINT');
      return ended;
    },
  };
}

test('npm run probe sees a region die and not a call fail, and ends with a summary when it is told to', async () => {
  await bothServe();
  const { lines, what, complaints, end } = startProbe();
  const regionOf = (line: Line | undefined, name: string) =>
    line?.regions.find(({ region }) => region === name);
  const within = { limitMs: LIMIT_MS, what };

  const hasLag = () =>
    lines().some(({ regions }) => regions.some(({ lag }) => typeof lag[0]?.lagMs === 'number'));
  await eventually(hasLag, within);
  expect((await twin.fault({ region: HOME, kind: 'kill' })).status).toBe(200);
  const before = lines().length;
  const servedAway = () =>
    lines()
      .slice(before)
      .reduce((sum, line) => sum + (regionOf(line, AWAY)?.served ?? 0), 0);
  const isAvoided = () => regionOf(lines().at(-1), HOME)?.state !== 'closed';
  await eventually(() => servedAway() >= 20 && isAvoided(), within);
  const status = await end();

  const summary = lines().at(-1);
  expect(summary, complaints()).toMatchObject({ kind: 'summary', failed: 0 });
  expect(status, complaints()).toBe(0);
  expect(summary?.calls).toBeGreaterThan(20);
  expect(summary?.failovers).toBeGreaterThan(0);
  expect(regionOf(summary, HOME)?.errors).toBeGreaterThan(0);
}, 200_000);
