import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measurement } from './measurement.ts';
import { median } from './statistics.ts';
import { startTwinUnderTest } from './twin-under-test.ts';

/** Everything that a first start makes and a second one finds. */
export const TWIN_CACHES = ['.amplify/synthesis', 'node_modules/.cache/global-serverless-platform'].map(
  (folder) => join(import.meta.dirname, '..', folder),
);

/** Time from the command to every region answering: with nothing cached, and with the definition unchanged. */
export async function measureStart(portBase: number, runs: number): Promise<Measurement[]> {
  const cold: number[] = [];
  const cached: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    for (const cache of TWIN_CACHES) await rm(cache, { recursive: true, force: true });
    cold.push(await startOnce(portBase));
    cached.push(await startOnce(portBase));
  }
  const row = (name: string, samples: number[], atMost: number): Measurement => ({
    group: 'start',
    name,
    value: median(samples),
    unit: 's',
    runs: samples,
    goal: { atMost },
  });
  return [row('ready, nothing cached', cold, 20), row('ready, definition unchanged', cached, 4)];
}

async function startOnce(portBase: number): Promise<number> {
  const twin = await startTwinUnderTest(portBase, []);
  await twin.end();
  return twin.startMs / 1000;
}
