import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePortBase } from '@gsp/twin';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { readAllItems, startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * A twin is five processes: the supervisor, and a region's process and an engine in each of two regions. Whichever of them
 * are killed with SIGKILL at one moment, the twin comes back with everything that was acknowledged: by itself, by the fault
 * `start` of a region that is down, or by `npm start` on the same ports and the same data directory.
 */
const REGIONS = ['eu-west-1', 'eu-central-1'] as const;
const [WEST, CENTRAL] = REGIONS;
const PROCESSES = [
  'supervisor',
  `${WEST} region`,
  `${WEST} engine`,
  `${CENTRAL} region`,
  `${CENTRAL} engine`,
] as const;
type ProcessName = (typeof PROCESSES)[number];

const SUBSETS = Array.from({ length: 2 ** PROCESSES.length - 1 }, (_, index) =>
  PROCESSES.filter((_, place) => ((index + 1) >> place) % 2 === 1),
);
const LIMIT_MS = 60_000;

let folder: string;
let portBase: number;
let twin: TwinProcess;
const acknowledged: string[] = [];

/** As a user starts it: on the same ports, with the same data. */
function start(): Promise<TwinProcess> {
  return startTwinProcess({ dataDir: join(folder, 'data'), portBase, args: ['--lag', '0', '--no-watch'] });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kill-subsets-'));
  portBase = await freePortBase(REGIONS);
  twin = await start();
}, 120_000);

afterAll(async () => {
  await twin?.end();
  await rm(folder, { recursive: true, force: true });
});

async function pidOf(name: ProcessName): Promise<number> {
  const [region, process] = name.split(' ');
  const { pid, regions } = await twin.state();
  if (process === undefined) return pid;
  const found = regions.find((one) => one.region === region)?.pids[
    process === 'engine' ? 'engine' : 'region'
  ];
  if (found === undefined || found === null) throw new Error(`the ${name} process does not run`);
  return found;
}

async function write(region: string): Promise<void> {
  const response = await fetch(`${twin.region(region).api}/write`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pk: `subset-${region}` }),
  });
  expect(response.status).toBe(200);
  const { item } = (await response.json()) as { item: { pk: string; sk: string } };
  acknowledged.push(`${item.pk} ${item.sk}`);
}

/** A region whose process died waits to be started; an engine that died alone does not. */
async function bringBack(killed: readonly ProcessName[]): Promise<void> {
  for (const region of REGIONS) {
    if (!killed.includes(`${region} region`)) continue;
    await eventually(async () => (await statusOf(region)) === 'down', { limitMs: LIMIT_MS });
    expect(await twin.fault({ region, kind: 'start' })).toMatchObject({ status: 200 });
  }
}

async function statusOf(region: string): Promise<string | undefined> {
  return (await twin.state()).regions.find((one) => one.region === region)?.status;
}

/** The processes of before are gone, so that nobody takes the state of before for that of now. */
async function untilReplaced(pids: readonly number[]): Promise<void> {
  await eventually(
    async () => {
      const { regions } = await twin.state();
      const now = regions.flatMap((one) => [one.pids.region, one.pids.engine]);
      return now.every((pid) => pid !== null && !pids.includes(pid));
    },
    { limitMs: LIMIT_MS, what: () => 'every process that was killed to be replaced' },
  );
}

test.each(SUBSETS.map((killed) => [killed.join(', '), killed] as const))(
  'the twin comes back after kill -9 of %s',
  async (_, killed) => {
    for (const region of REGIONS) await write(region);
    const pids = await Promise.all(killed.map(pidOf));
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    if (killed.includes('supervisor')) {
      await twin.end('SIGKILL');
      twin = await start();
    } else await bringBack(killed);
    await untilReplaced(pids);
    for (const region of REGIONS) await write(region);
    await eventually(
      async () => {
        const held = await Promise.all(REGIONS.map((region) => readAllItems(twin.region(region))));
        return acknowledged.every((key) => held.every((items) => items.has(key)));
      },
      { limitMs: LIMIT_MS, what: () => 'everything that was acknowledged in both regions' },
    );
  },
  180_000,
);
