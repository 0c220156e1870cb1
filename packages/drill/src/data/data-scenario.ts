import { setMaxListeners } from 'node:events';
import { seededRandom } from '@gsp/twin';
import { Agent } from 'undici';
import { describeFault } from '../drill-fault.ts';
import type { Attempt, History, RegionView } from '../judge/history.ts';
import type { Verdict } from '../judge/judge.ts';
import { tallyEntity } from '../judge/tally.ts';
import { settle } from '../settle.ts';
import type { TargetTwin } from '../target-twin.ts';
import { DataClient, type DataRun } from './data-client.ts';
import { type DataKeys, dataKeys } from './data-keys.ts';
import { createDataWorkload } from './data-workload.ts';
import { planDataFaults, type ScheduledFaults } from './fault-schedule.ts';

/** How a run of the data scenario is set up. */
export interface DataScenarioOptions {
  readonly twin: TargetTwin;
  readonly seed: number;
  /** Operations that clients begin; repetitions and the last reads come on top. */
  readonly operations: number;
  /** @default 24 */
  readonly clients?: number;
  /** Begins the names of all items: different for every run on the same twin. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  /** Told how far the run is. */
  readonly onProgress?: (text: string) => void;
}

/** A fault that was injected. */
export interface InjectedFault {
  readonly atMs: number;
  readonly fault: string;
}

/** What a run came to. */
export interface DataScenarioResult {
  readonly history: History;
  readonly views: readonly RegionView[];
  readonly verdict: Verdict;
  readonly faults: readonly InjectedFault[];
  readonly operations: number;
  readonly durationMs: number;
  /** From the end of the last fault until everything had settled and was judged. */
  readonly settledAfterMs: number;
}

/** Longest wait for a connection, and for an answer. */
const REQUEST_TIMEOUT_MS = 4_000;

/**
 * Runs the data scenario: concurrent clients in every region write, edit, delete, read and count through cuts,
 * delays, clocks that are off and deaths of processes. Then everything heals, and what the clients saw is judged.
 *
 * @throws {CommandError} when the twin cannot be driven, or does not settle
 */
export async function runDataScenario(options: DataScenarioOptions): Promise<DataScenarioResult> {
  const { twin, signal, prefix, onProgress = () => undefined } = options;
  const dispatcher = new Agent({
    connections: 64,
    connect: { timeout: REQUEST_TIMEOUT_MS },
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
  });
  const abort = () => void dispatcher.destroy();
  // Every client listens while it waits.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', abort, { once: true });
  const attempts: Attempt[] = [];
  const startedAt = performance.now();
  const run: DataRun = {
    regions: twin.regions,
    dispatcher,
    signal,
    digests: new Map(),
    nowMs: () => performance.now() - startedAt,
    record: (attempt) => attempts.push(attempt),
  };
  const regions = twin.regions.map(({ region }) => region);
  const keys = dataKeys(prefix, regions, twin.entities.has(tallyEntity.plural));
  try {
    const { clients, faults } = await driveClients(run, { ...options, keys, onProgress });
    onProgress('healing');
    await twin.restore();
    const healedMs = run.nowMs();
    await Promise.all(clients.map((client) => client.resolveInDoubtWrites()));
    onProgress('settling');
    const history = { regions, attempts: attempts.toSorted((a, b) => a.startMs - b.startMs) };
    const settled = await settle(run, { twin, keys, clients, history });
    const durationMs = run.nowMs();
    return {
      ...settled,
      faults,
      operations: options.operations,
      durationMs,
      settledAfterMs: durationMs - healedMs,
    };
  } finally {
    signal.removeEventListener('abort', abort);
    await dispatcher.destroy();
  }
}

/** Lets every client take its steps while faults come and go, and resolves when all steps are taken. */
async function driveClients(
  run: DataRun,
  {
    twin,
    seed,
    operations,
    clients: count = 24,
    prefix,
    keys,
    signal,
    onProgress,
  }: DataScenarioOptions & {
    keys: DataKeys;
    onProgress: (text: string) => void;
  },
): Promise<{ clients: DataClient[]; faults: InjectedFault[] }> {
  const regions = run.regions.map(({ region }) => region);
  const plan = planDataFaults(regions, seededRandom(seed, 'faults'));
  const faults: InjectedFault[] = [];
  let begun = 0;
  let injecting: Promise<void> = Promise.resolve();
  const inject = async ({ faults: now }: ScheduledFaults) => {
    for (const fault of now) {
      await twin.inject(fault);
      faults.push({ atMs: run.nowMs(), fault: describeFault(fault) });
    }
  };
  const clients = Array.from({ length: count }, (_, index) => {
    const name = `${prefix}-client-${index}`;
    const home = regions[index % regions.length] ?? '';
    return {
      name,
      client: new DataClient(run, { name, home, random: seededRandom(seed, `${index} region`) }),
    };
  });
  const drive = async ({ name, client }: (typeof clients)[number], index: number) => {
    const next = createDataWorkload({ client: name, keys, random: seededRandom(seed, `${index} steps`) });
    while (begun < operations && !signal.aborted) {
      begun += 1;
      while ((plan[0]?.atShare ?? 2) <= begun / operations) {
        const due = plan.shift();
        if (due !== undefined) injecting = injecting.then(() => inject(due));
        // Awaited below; until then nobody must take a refused fault for one that went unnoticed.
        injecting.catch(() => undefined);
      }
      if (begun % 250 === 0) onProgress(`${begun} of ${operations} operations`);
      await client.take(next(client.knowledge));
    }
  };
  await Promise.all(clients.map(drive));
  await injecting;
  signal.throwIfAborted();
  return { clients: clients.map(({ client }) => client), faults };
}
