import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { healTwin } from './support/heal-twin.ts';
import { killProcesses } from './support/kill-processes.ts';
import { readAllItems, startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * A region is killed with SIGKILL from outside while both regions are written to. Whatever was acknowledged, by
 * either region and at any moment, must be in both once the region is back.
 */
let twin: TwinProcess;
const [HERE, THERE] = ['eu-west-1', 'eu-central-1'] as const;
const WRITERS_PER_REGION = 4;

beforeAll(async () => {
  twin = await startTwinProcess({ args: ['--lag', '0..20', '--no-watch'] });
});
beforeEach(() => healTwin(twin));
afterAll(() => twin?.end());

interface Writers {
  readonly acknowledged: Set<string>;
  failed: number;
  stop(): Promise<void>;
}

/** Clients that write to one region until told to stop, or the test ends, and note what was acknowledged. */
function keepWriting(region: string): Writers {
  const acknowledged = new Set<string>();
  let stopped = false;
  const writers: Writers = {
    acknowledged,
    failed: 0,
    async stop() {
      stopped = true;
      await Promise.all(loops);
    },
  };
  const loop = async () => {
    while (!stopped) {
      try {
        const response = await fetch(`${twin.region(region).api}/write`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ pk: `loss-${region}`, data: { n: acknowledged.size } }),
          signal: AbortSignal.timeout(5_000),
        });
        const body = (await response.json()) as { item?: { pk: string; sk: string } };
        if (response.status === 200 && body.item) acknowledged.add(`${body.item.pk} ${body.item.sk}`);
        else writers.failed += 1;
      } catch {
        writers.failed += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const loops = Array.from({ length: WRITERS_PER_REGION }, loop);
  onTestFinished(() => writers.stop());
  return writers;
}

/** Whether the twin has seen it: a region stays down, an engine was started again. */
async function isLost(victim: 'region' | 'engine' | 'both'): Promise<boolean> {
  const { status, engineRestarts } = (await twin.state()).regions.find(({ region }) => region === HERE) ?? {};
  if (victim !== 'engine') return status === 'down';
  return status === 'running' && (engineRestarts?.count ?? 0) > 0;
}

test.each(['region', 'engine', 'both'] as const)(
  'every acknowledged write is in both regions after kill -9 of the %s process and a start',
  async (victim) => {
    const here = keepWriting(HERE);
    const there = keepWriting(THERE);
    await eventually(() => here.acknowledged.size > 100 && there.acknowledged.size > 100, {
      limitMs: 60_000,
    });

    const victims = victim === 'both' ? (['region', 'engine'] as const) : [victim];
    await killProcesses(
      twin,
      victims.map((process) => ({ region: HERE, process })),
    );
    const before = there.acknowledged.size;
    await eventually(async () => (await isLost(victim)) && there.acknowledged.size > before + 50, {
      limitMs: 60_000,
      what: () => `${HERE} to be lost and ${THERE} to go on`,
    });
    if (victim !== 'engine')
      expect(await twin.fault({ region: HERE, kind: 'start' })).toMatchObject({ status: 200 });
    const acknowledgedBefore = here.acknowledged.size;
    await eventually(() => here.acknowledged.size > acknowledgedBefore + 20, { limitMs: 60_000 });
    await Promise.all([here.stop(), there.stop()]);

    const expected = [...here.acknowledged, ...there.acknowledged];
    const missingIn = async (region: string) => {
      const items = await readAllItems(twin.region(region));
      return expected.filter((key) => !items.has(key));
    };
    await eventually(async () => (await missingIn(HERE)).length + (await missingIn(THERE)).length === 0, {
      limitMs: 60_000,
      intervalMs: 200,
      what: () => 'every acknowledged write in both regions',
    });
  },
);

test('the other region does not notice when a region is killed by a fault and started again', async () => {
  expect(await twin.fault({ region: THERE, kind: 'kill' })).toMatchObject({ status: 200 });
  const response = await fetch(`${twin.region(HERE).api}/health`);
  expect(response.status).toBe(200);
  await expect(fetch(`${twin.region(THERE).api}/health/live`)).rejects.toThrow();
  expect(await twin.fault({ region: THERE, kind: 'start' })).toMatchObject({ status: 200 });
  expect((await fetch(`${twin.region(THERE).api}/health`)).status).toBe(200);
});

test('a fault that makes no sense is a 400 problem that says what would', async () => {
  for (const body of [
    {},
    { region: 'mars-1', kind: 'kill' },
    { region: HERE, kind: 'explode' },
    { link: [HERE, HERE], kind: 'cut' },
    { link: [HERE, THERE], kind: 'delay', delayMs: -1 },
    [],
    'text',
  ]) {
    const answer = await twin.fault(body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toMatch(/^Cannot inject a fault: .* needed$/);
  }
});
