import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findProjectDir } from '@gsp/operator/project';
import { synthesize } from '@gsp/operator/synthesis';
import { regionsOf } from '@gsp/platform/topology';
import { ACCOUNT_ID, type RegionAssembly, reserveTwin, resolveAssembly, Twin } from '@gsp/twin';
import { topology } from '../amplify/topology.ts';
import { bundleFunction } from './bundle-function.ts';
import { ApiClient } from './measure-requests.ts';
import type { Measurement } from './measurement.ts';
import { runLoad } from './run-load.ts';
import { median, percentile } from './statistics.ts';

const BACKEND = { type: 'branch', namespace: 'local', name: 'main' } as const;

/**
 * What versions, idempotency, sessions and the conflict log cost a write: `POST /write` of one caller, as it is and
 * from a build without them, in turn on two twins that run side by side on the same machine.
 */
export async function measureWriteOverhead(
  portBase: number,
  { runs, requests }: { runs: number; requests: number },
): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'overhead-bench-'));
  const whole = await synthesize({
    rootDir: findProjectDir(),
    regions: regionsOf(topology, BACKEND),
    backend: BACKEND,
  });
  const plain = await Promise.all(whole.map((assembly) => withoutGlobalWrites(assembly, folder)));
  const twins: Twin[] = [];
  try {
    for (const [index, assemblies] of [whole, plain].entries()) {
      const dataDir = join(folder, `data-${index}`);
      twins.push(await startTwin(assemblies, { portBase: portBase + 500 * index, dataDir }));
    }
    const [wholeMs = [], plainMs = []] = await inTurn(twins, { runs, requests });
    return rows(wholeMs, plainMs);
  } finally {
    await Promise.all(twins.map((twin) => twin.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function startTwin(
  assemblies: readonly RegionAssembly[],
  { portBase, dataDir }: { portBase: number; dataDir: string },
): Promise<Twin> {
  const regions = assemblies.map(({ region }) => region);
  return Twin.start({
    assemblies,
    reservation: await reserveTwin({ regions, portBase, dataDir, fresh: true }),
    engineKind: 'dynoxide',
    lagMs: { min: 0, max: 0 },
    seed: 1,
    onNotice: () => undefined,
  });
}

/** The p50 of each twin in each run, one twin after the other; the first round warms up. */
async function inTurn(
  twins: readonly Twin[],
  { runs, requests }: { runs: number; requests: number },
): Promise<number[][]> {
  const samples: number[][] = twins.map(() => []);
  for (let run = 0; run <= runs; run += 1) {
    for (const [index, twin] of twins.entries()) {
      const ms = await writeP50(twin, requests);
      if (run > 0) samples[index]?.push(ms);
    }
  }
  return samples;
}

async function writeP50(twin: Twin, requests: number): Promise<number> {
  const { regions } = await twin.state();
  const api = new ApiClient(regions[0]?.api ?? '', 1);
  const write = async () => (await api.write('overhead')) !== undefined;
  const { latenciesMs } = await runLoad(write, { requests, concurrency: 1 });
  await api.close();
  return percentile(latenciesMs, 0.5);
}

function rows(wholeMs: readonly number[], plainMs: readonly number[]): Measurement[] {
  const group = 'global writes, 1 caller';
  const ratios = wholeMs.map((ms, run) => ms / (plainMs[run] ?? Number.NaN));
  return [
    { group, name: 'POST /write p50', value: median(wholeMs), unit: 'ms', runs: wholeMs },
    { group, name: 'POST /write p50 without them', value: median(plainMs), unit: 'ms', runs: plainMs },
    {
      group,
      name: 'POST /write against that',
      value: median(ratios),
      unit: '×',
      runs: ratios,
      goal: { atMost: 1.25 },
    },
  ];
}

/** A copy of an assembly whose `api` function writes plainly, and whose stream nobody follows. */
async function withoutGlobalWrites({ assemblyDir, ...rest }: RegionAssembly, folder: string) {
  const copy = await mkdtemp(join(folder, `${rest.region}-`));
  await cp(assemblyDir, copy, { recursive: true });
  const { functions } = resolveAssembly(assemblyDir, {
    region: rest.region,
    accountId: ACCOUNT_ID,
    apiEndpoint: () => 'http://127.0.0.1',
  });
  const api = functions.find(({ functionName }) => functionName.endsWith('-api'));
  if (api === undefined) throw new Error(`Cannot measure: ${assemblyDir} holds no function "api".`);
  await bundleFunction('plain-write-function.ts', join(copy, basename(api.codeDir)));
  for (const file of (await readdir(copy)).filter((name) => name.endsWith('.template.json')))
    await withoutEventSources(join(copy, file));
  return { ...rest, assemblyDir: copy };
}

async function withoutEventSources(path: string): Promise<void> {
  const template = JSON.parse(await readFile(path, 'utf8')) as {
    Resources: Record<string, { Type: string }>;
  };
  const kept = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping',
  );
  await writeFile(path, JSON.stringify({ ...template, Resources: Object.fromEntries(kept) }));
}
