import { readFile } from 'node:fs/promises';
import { loadProject } from '@gsp/operator/project';
import { assembleTwin, LOAD_CHANGES } from '@gsp/operator/start';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyShop, type DefinitionFolder } from '../twin/support/definition-folder.ts';
import { eventually } from '../twin/support/eventually.ts';
import { startTwinProcess, type TwinProcess } from '../twin/support/twin-process.ts';
import { BODY_LIMIT_BYTES } from './hostile-bodies.ts';
import { brokenConnections, slowConnections } from './hostile-connections.ts';
import { hostileRequests } from './hostile-requests.ts';
import { type Door, sendHostile } from './send-hostile.ts';

/** Rounds of every request, before memory is looked at for the first time and after it. */
const ROUNDS_BEFORE = 2;
const ROUNDS_AFTER = Number(process.env.FUZZ_ROUNDS ?? 4);
/** What a process of a region may have gained in between; docs/fuzzing.md has what was measured. */
const GROWTH_BYTES_MAX = 128 * 1024 ** 2;
const PRIMARY = 'eu-west-1';

const doors: Record<'a region' | 'the global endpoint', Door> = {
  'a region': { url: '', isGlobal: false },
  'the global endpoint': { url: '', isGlobal: true },
};
let shop: DefinitionFolder;
let twin: TwinProcess;
let pids: readonly number[] = [];

/** Settings of the twin that is asked. */
const CHANGES = { ...LOAD_CHANGES, http: { bodyLimitBytes: BODY_LIMIT_BYTES } };

beforeAll(async () => {
  // So that the start, which has a limit of its own, finds the templates made, however busy the machine is.
  shop = await copyShop();
  await assembleTwin(await loadProject(shop.path), 'main', { changes: CHANGES });
  twin = await startTwinProcess({
    cwd: shop.path,
    args: ['--no-watch', '--changes', JSON.stringify(CHANGES)],
  });
  doors['a region'] = { url: twin.region(PRIMARY).api, isGlobal: false };
  doors['the global endpoint'] = { url: twin.ready.global ?? '', isGlobal: true };
  pids = await processIds(twin);
}, 300_000);

afterAll(async () => {
  await twin?.end();
  await shop?.remove();
});

describe.each(['a region', 'the global endpoint'] as const)('%s, to a hostile client', (name) => {
  describe.each(Object.entries(hostileRequests))('of %s,', (_group, requests) => {
    test.each(requests)('answers $name as it should', async (request) => {
      expect(await sendHostile(request, doors[name])).toEqual([]);
    });

    test('is alive and the same process afterwards', () => lives(doors[name]));
  });

  test.each(brokenConnections)('goes on after one that $name', async (request) => {
    expect(await sendHostile(request, doors[name])).toEqual([]);
    await lives(doors[name]);
  });
});

describe('a region, to a client that never ends', () => {
  test.concurrent.each(slowConnections)('answers 408 to $name', async (request) => {
    expect(await sendHostile(request, doors['a region'])).toEqual([]);
  });
});

describe('the memory of a region', () => {
  // Memory is read from /proc.
  test.skipIf(process.platform !== 'linux')(
    'is no more after rounds of every hostile request than after the first ones',
    async () => {
      await sendRounds(ROUNDS_BEFORE);
      const before = await memoryOf(pids);
      await sendRounds(ROUNDS_AFTER);
      // What the last round left is collected when the next requests come, so it is looked at until it is gone.
      await eventually(
        async () => {
          await lives(doors['a region']);
          const after = await memoryOf(pids);
          return after.every((bytes, index) => bytes - (before[index] ?? 0) <= GROWTH_BYTES_MAX);
        },
        {
          limitMs: 60_000,
          intervalMs: 500,
          what: () => `memory within ${GROWTH_BYTES_MAX} bytes of ${before}`,
        },
      );
      const after = await memoryOf(pids);
      process.stderr.write(
        `\nmemory of region and engine processes: ${inMb(before)} MB, then ${inMb(after)} MB\n`,
      );
      expect(await processIds(twin)).toEqual(pids);
    },
    400_000,
  );
});

async function sendRounds(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const request of [...Object.values(hostileRequests).flat(), ...brokenConnections])
      expect(await sendHostile(request, doors['a region']), request.name).toEqual([]);
  }
}

/** A door answers that it lives, and no process of a region has been replaced. */
async function lives({ url }: Door): Promise<void> {
  const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(15_000) });
  expect([response.status, await response.json()]).toEqual([200, { ok: true, region: PRIMARY }]);
  expect(await processIds(twin)).toEqual(pids);
}

/** Of every region, its own process and then its engine's. */
async function processIds({ state }: TwinProcess): Promise<number[]> {
  const { regions } = await state();
  return regions.flatMap(({ pids: { region, engine } }) => [region ?? 0, engine ?? 0]);
}

/** Bytes that processes hold in memory. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
async function memoryOf(ids: readonly number[]): Promise<number[]> {
  const states = await Promise.all(ids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8')));
  return states.map((text) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024);
}

function inMb(bytes: readonly number[]): string {
  return bytes.map((each) => Math.round(each / 1024 ** 2)).join(', ');
}
