import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { LOAD_CHANGES } from '@gsp/operator/start';
import { synthesize } from '@gsp/operator/synthesis';
import { ACCOUNT_ID, type RegionAssembly, reserveTwin, resolveAssembly, Twin } from '@gsp/twin';
import { copyRepository } from '../test/twin/support/definition-folder.ts';
import { bundleBytes } from './bundle-function.ts';
import { ApiClient } from './measure-requests.ts';
import type { Measurement } from './measurement.ts';
import { median, percentile } from './statistics.ts';

const REGIONS = ['eu-west-1', 'eu-central-1'];
const BACKEND = { type: 'branch', namespace: 'local', name: 'main' } as const;
const GROUP = 'entities';

/** What an entity costs beside the built-in item: a write of each, in turn on one twin, and what five of them weigh. */
export async function measureEntities(
  portBase: number,
  { runs, requests }: { runs: number; requests: number },
): Promise<Measurement[]> {
  const folder = await copyRepository();
  try {
    await cp(join(import.meta.dirname, 'five-entities'), join(folder.path, 'amplify/entities'), {
      recursive: true,
    });
    const assemblies = await synthesize({
      ...{ rootDir: folder.path, regions: REGIONS, backend: BACKEND, changes: LOAD_CHANGES },
    });
    const weight = await bundleRow(assemblies[0]);
    const twin = await Twin.start({
      ...{ assemblies, engineKind: 'dynoxide', lagMs: { min: 0, max: 0 }, seed: 1 },
      reservation: await reserveTwin({
        ...{ regions: REGIONS, portBase, fresh: true },
        dataDir: join(folder.path, 'data'),
      }),
      onNotice: () => undefined,
    });
    try {
      return [...(await writeRows(twin, { runs, requests })), weight];
    } finally {
      await twin.stop();
    }
  } finally {
    await folder.remove();
  }
}

/** One write of each in turn, so that whatever else the machine does slows down both. The first run warms up. */
async function writeRows(
  twin: Twin,
  { runs, requests }: { runs: number; requests: number },
): Promise<Measurement[]> {
  const { regions } = await twin.state();
  const api = new ApiClient(regions[0]?.api ?? '', 1);
  const samples: { readonly item: number; readonly entity: number }[] = [];
  try {
    for (let run = 0; run <= runs; run += 1) {
      const item: number[] = [];
      const entity: number[] = [];
      for (let request = 0; request < requests; request += 1) {
        item.push(await timed(() => api.write('bench').then((written) => written !== undefined)));
        entity.push(await timed(() => api.create('bench')));
      }
      if (run > 0) samples.push({ item: percentile(item, 0.5), entity: percentile(entity, 0.5) });
    }
  } finally {
    await api.close();
  }
  const row = (name: string, each: readonly number[]): Measurement => ({
    ...{ group: GROUP, name, value: median(each), unit: 'ms', runs: each },
  });
  const ratios = samples.map(({ item, entity }) => entity / item);
  return [
    row(
      'POST /write p50',
      samples.map(({ item }) => item),
    ),
    row(
      'POST /orders p50, with an index, an owner and a merge',
      samples.map(({ entity }) => entity),
    ),
    {
      ...{ group: GROUP, name: 'POST /orders against POST /write', unit: '×', goal: { atMost: 1.15 } },
      ...{ value: median(ratios), runs: ratios },
    },
  ];
}

/** @throws {Error} when it fails: the figures of a run with failures would say nothing */
async function timed(send: () => Promise<boolean>): Promise<number> {
  const sentAt = performance.now();
  if (!(await send())) throw new Error('Cannot measure: a write failed.');
  return performance.now() - sentAt;
}

async function bundleRow(assembly: RegionAssembly | undefined): Promise<Measurement> {
  const { functions } = resolveAssembly(assembly?.assemblyDir ?? '', {
    region: REGIONS[0] ?? '',
    accountId: ACCOUNT_ID,
    apiEndpoint: () => 'http://127.0.0.1',
  });
  const api = functions.find(({ functionName }) => functionName.endsWith('-api'));
  const kb = (await bundleBytes(api?.codeDir ?? '')) / 1000;
  return {
    ...{ group: 'function bundle', name: 'api with five entities', value: kb, unit: 'kB', runs: [kb] },
    goal: { atMost: 720 },
  };
}
