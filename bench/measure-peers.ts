import { rm } from 'node:fs/promises';
import { startEmulatorUnderTest } from './emulator-under-test.ts';
import { ApiClient } from './measure-requests.ts';
import { TWIN_CACHES } from './measure-start.ts';
import type { Measurement } from './measurement.ts';
import { runLoad } from './run-load.ts';
import { percentile } from './statistics.ts';
import { startTwinUnderTest } from './twin-under-test.ts';

const REGIONS = ['eu-west-1', 'eu-central-1'] as const;
const CALLERS = 8;

/** What was measured of one of the two. */
interface Figures {
  readonly readyS: number;
  readonly liveMs: number;
  readonly readMs: number;
  readonly writeMs: number;
  readonly writesPerSecond: number;
  readonly memoryMb: number;
}

/**
 * The twin against an emulator of AWS, both running this backend in two Regions, asked the same. One after the other,
 * as together they would take the machine from each other.
 */
export async function measurePeers(portBase: number, requests: number): Promise<Measurement[]> {
  const emulator = await measureEmulator(requests);
  const twin = await measureTwin(portBase, requests);
  const row = (name: string, unit: Measurement['unit'], of: (figures: Figures) => number) =>
    rows(name, { unit, twin: of(twin), emulator: of(emulator), goal: 1 });
  return [
    ...row('command to every Region answering, nothing cached', 's', ({ readyS }) => readyS),
    ...rows('GET /health/live p50, 1 caller', {
      unit: 'ms',
      twin: twin.liveMs,
      emulator: emulator.liveMs,
      goal: 20,
    }),
    ...row('GET /items/{pk}/{sk} p50, 1 caller', 'ms', ({ readMs }) => readMs),
    ...row('POST /write p50, 1 caller', 'ms', ({ writeMs }) => writeMs),
    ...row(`POST /write, ${CALLERS} callers`, 'per s', ({ writesPerSecond }) => writesPerSecond),
    ...row('memory after that', 'MB', ({ memoryMb }) => memoryMb),
  ];
}

/** Both figures, and how many times better the twin's is: of a rate the twin's over the emulator's, else the inverse. */
function rows(
  name: string,
  { unit, twin, emulator, goal }: { unit: Measurement['unit']; twin: number; emulator: number; goal: number },
): Measurement[] {
  const times = unit === 'per s' ? twin / emulator : emulator / twin;
  const group = 'twin and emulator';
  return [
    { group, name: `${name}: emulator`, value: emulator, unit, runs: [emulator] },
    { group, name: `${name}: twin`, value: twin, unit, runs: [twin] },
    { group, name: `${name}: times better`, value: times, unit: '×', runs: [times], goal: { atLeast: goal } },
  ];
}

async function measureEmulator(requests: number): Promise<Figures> {
  const emulator = await startEmulatorUnderTest(REGIONS);
  try {
    return await measureApi(emulator.api, {
      startMs: emulator.startMs,
      requests,
      memory: emulator.residentMb,
    });
  } finally {
    await emulator.end();
  }
}

async function measureTwin(portBase: number, requests: number): Promise<Figures> {
  for (const cache of TWIN_CACHES) await rm(cache, { recursive: true, force: true });
  const twin = await startTwinUnderTest(portBase, []);
  try {
    const url = twin.ready.regions[0]?.api ?? '';
    return await measureApi(url, { startMs: twin.startMs, requests, memory: () => twin.residentMb() });
  } finally {
    await twin.end();
  }
}

interface Subject {
  readonly startMs: number;
  readonly requests: number;
  readonly memory: () => Promise<number>;
}

async function measureApi(url: string, { startMs, requests, memory }: Subject): Promise<Figures> {
  const api = new ApiClient(url, CALLERS);
  try {
    const item = await api.write('peer');
    if (item === undefined) throw new Error(`Cannot measure: ${url} did not take a write.`);
    const written = async () => (await api.write('peer')) !== undefined;
    const p50 = async (send: () => Promise<boolean>) => {
      await runLoad(send, { requests: Math.ceil(requests / 4), concurrency: 1 });
      return percentile((await runLoad(send, { requests, concurrency: 1 })).latenciesMs, 0.5);
    };
    const liveMs = await p50(() => api.live());
    const readMs = await p50(() => api.has(item));
    const writeMs = await p50(written);
    const { perSecond } = await runLoad(written, { requests, concurrency: CALLERS });
    return {
      readyS: startMs / 1000,
      liveMs,
      readMs,
      writeMs,
      writesPerSecond: perSecond,
      memoryMb: await memory(),
    };
  } finally {
    await api.close();
  }
}
