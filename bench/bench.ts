/**
 * `npm run bench`: what the twin and the functions cost, measured on this machine, with the raw engine and a bare
 * function beside them in the same run. Figures of one machine say little; ratios within a run say more.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { exitWith, terminal } from '@gsp/cli-kit';
import { Command } from 'commander';
import { measureClient } from './measure-client.ts';
import { measureDns } from './measure-dns.ts';
import { measureEntities } from './measure-entities.ts';
import { measureFunctionStart } from './measure-function-start.ts';
import { measurePeers } from './measure-peers.ts';
import { measureRawEngine } from './measure-raw-engine.ts';
import { measureLag, measureLatency, measureWrites } from './measure-requests.ts';
import { measureStart } from './measure-start.ts';
import { measureWriteOverhead } from './measure-write-overhead.ts';
import type { Measurement } from './measurement.ts';
import { renderReport } from './render-report.ts';
import { median } from './statistics.ts';
import { startTwinUnderTest } from './twin-under-test.ts';

const CONCURRENCY = 32;

/** Before each measured run of writes, of the twin and of the raw engine alike: what is compared is the steady state. */
const WARM_UP = 4_000;

/** For each row of the comparison with an emulator, which answers a few in a second. */
const PEER_REQUESTS = 200;

const program: Command = new Command('npm run bench --')
  .description('Measure the twin and the functions on this machine.')
  .option('--runs <number>', 'runs of which the median is told', Number, 3)
  .option('--writes <number>', 'writes of the long run', Number, 20_000)
  .option('--port-base <port>', 'first of the ports to use', Number, 14_000)
  .option('--skip-start', 'leave out the start times, which take a minute', false)
  .option(
    '--peers',
    'measure the twin against an emulator of AWS instead; needs Python, takes 3 minutes',
    false,
  )
  .option('--json <file>', 'also write the figures to this file')
  .showHelpAfterError()
  .exitOverride();

interface BenchOptions {
  readonly runs: number;
  readonly writes: number;
  readonly portBase: number;
  readonly skipStart: boolean;
  readonly peers: boolean;
  readonly json?: string;
}

/** Measures one thing with progress, and keeps what it came to. */
type Measure = (name: string, work: () => Promise<Measurement[]>) => Promise<void>;

await exitWith(async () => {
  const options = program.parse().opts<BenchOptions>();
  const measurements: Measurement[] = [];
  const measure: Measure = async (name, work) => {
    measurements.push(
      ...(await terminal.during(name, work, (_, ms) => `${name} (${(ms / 1000).toFixed(0)} s)`)),
    );
  };
  if (options.peers) await measure('peers', () => measurePeers(options.portBase, PEER_REQUESTS));
  else await measureTwin(options, measure);
  const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' };
  terminal.print(`\n${renderReport(measurements, machine)}`);
  if (options.json !== undefined) {
    await mkdir(dirname(options.json), { recursive: true });
    await writeFile(options.json, `${JSON.stringify({ machine, measurements }, null, 2)}\n`);
  }
});

async function measureTwin(options: BenchOptions, measure: Measure): Promise<void> {
  if (!options.skipStart) await measure('start', () => measureStart(options.portBase, options.runs));
  await measure('functions', () => measureFunctionStart(options.portBase + 300, 15));
  await measure('DNS', () => measureDns(options.portBase + 53, { runs: options.runs, queries: 50_000 }));
  await measure('client', () => measureClient({ runs: options.runs, calls: 2_000 }));
  await measure('requests, replication, memory', () => measureRunningTwin(options));
  await measure('global writes', () =>
    measureWriteOverhead(options.portBase, { runs: options.runs, requests: 1_000 }),
  );
  await measure('entities', () => measureEntities(options.portBase, { runs: options.runs, requests: 500 }));
  await measure('writes per second', () => measureThroughput(options));
}

async function measureRunningTwin({ portBase, runs, writes }: BenchOptions): Promise<Measurement[]> {
  const twin = await startTwinUnderTest(portBase, ['--lag', '0']);
  try {
    const idleMb = await twin.residentMb();
    const latency = await measureLatency(twin, { runs, requests: 500 });
    const lag = await measureLag(twin, { writes: 500 });
    const { result, lastOverFirst } = await measureWrites(twin, {
      warmUp: WARM_UP,
      requests: writes,
      concurrency: CONCURRENCY,
    });
    const loadedMb = await twin.residentMb();
    return [
      ...latency,
      ...lag,
      {
        group: 'writes, 32 callers',
        name: `rate of the last fifth of ${result.requests} writes against the first`,
        value: lastOverFirst,
        unit: '×',
        runs: [lastOverFirst],
        goal: { atLeast: 0.9 },
      },
      { group: 'memory', name: 'whole twin, idle', value: idleMb, unit: 'MB', runs: [idleMb] },
      {
        group: 'memory',
        name: `whole twin after ${writes} writes`,
        value: loadedMb,
        unit: 'MB',
        runs: [loadedMb],
        goal: { atMost: 700 },
      },
    ];
  } finally {
    await twin.end();
  }
}

/** Twin and raw engine in turn, so that a machine that changes its speed changes it for both. */
async function measureThroughput({ portBase, runs }: BenchOptions): Promise<Measurement[]> {
  const load = { requests: 4_000, concurrency: CONCURRENCY, warmUp: WARM_UP };
  const twinRates: number[] = [];
  const sdkRates: number[] = [];
  const httpRates: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const raw = await measureRawEngine(portBase + 301, load);
    sdkRates.push(raw.sdk.perSecond);
    httpRates.push(raw.http.perSecond);
    const twin = await startTwinUnderTest(portBase, ['--lag', '0']);
    twinRates.push((await measureWrites(twin, load)).result.perSecond);
    await twin.end();
  }
  const ratios = twinRates.map((rate, run) => rate / (sdkRates[run] ?? Number.NaN));
  const group = 'writes, 32 callers';
  const rate = (name: string, samples: number[]): Measurement => ({
    group,
    name,
    value: median(samples),
    unit: 'per s',
    runs: samples,
  });
  return [
    rate('POST /write, replicated', twinRates),
    rate('raw engine on disk, AWS SDK', sdkRates),
    rate('raw engine on disk, bare HTTP', httpRates),
    {
      group,
      name: 'POST /write against the raw engine (AWS SDK)',
      value: median(ratios),
      unit: '×',
      runs: ratios,
      goal: { atLeast: 0.4 },
    },
  ];
}
