import { setMaxListeners } from 'node:events';
import { type Random, seededRandom } from '@gsp/twin';
import { Agent } from 'undici';
import { dataKeys } from '../data/data-keys.ts';
import type { TrafficBudget, TrafficReport } from '../drill-report.ts';
import type { Attempt } from '../judge/history.ts';
import { type Settled, settle } from '../settle.ts';
import type { TargetRegion } from '../target-twin.ts';
import { driveTraffic } from './drive-traffic.ts';
import type { Baseline, ObserverClient } from './observer.ts';
import { type ObserverRegistry, observers as registered } from './observers.ts';
import { awaitHealthy, warmRegions } from './prepare-platform.ts';
import { describeProgress, reportTraffic } from './report-traffic.ts';
import { ScenarioActions } from './scenario-actions.ts';
import type { TargetPlatform } from './target-platform.ts';
import { TrafficClient, type TrafficRun } from './traffic-client.ts';
import { type ModelClock, startModelClock, TrafficRecording, watchPlatform } from './traffic-recording.ts';
import { type TrafficScenario, type TrafficScenarioName, trafficScenarios } from './traffic-scenarios.ts';

/** How a scenario is run. */
export interface TrafficScenarioOptions {
  readonly platform: TargetPlatform;
  readonly name: TrafficScenarioName;
  readonly seed: number;
  /** Begins the names of all items: different for every run on the same platform. */
  readonly prefix: string;
  /** Command that runs this again. */
  readonly repeat: string;
  readonly signal: AbortSignal;
  /** Told how far the run is, several times a second. */
  readonly onProgress?: (text: string) => void;
  /** @default - those that are registered */
  readonly observers?: ObserverRegistry;
}

/** Longest wait of a client for an answer, in real milliseconds: how long people wait does not scale. */
const REQUEST_TIMEOUT_MS = 2_000;

/** Clients wait longer than checkers do, or a checker could never be the first to notice. */
const LONGER_THAN_CHECKERS_MS = 1_500;

/** An answer that takes longer is a slow one. */
const SLOW_MS = 1_000;

/** What is healing from an earlier scenario is given this many times what a return may take. */
const READY_PATIENCE = 1.5;

/** Longest wait of a judge for a region's answer. */
const JUDGE_TIMEOUT_MS = 4_000;

/**
 * Runs one scenario: clients read and write through the observers that it names while it breaks things and heals them; then
 * everything is taken back, unknown writes are repeated under their keys, and what was seen is held against the objectives.
 *
 * A scenario that finds checks unhealthy before anything is broken does not break anything: its report says so.
 *
 * @throws {CommandError} when the platform cannot be driven, or does not settle
 */
export async function runTrafficScenario(options: TrafficScenarioOptions): Promise<TrafficReport> {
  const { platform, signal, onProgress = () => undefined } = options;
  // Every client and every query listens while it waits.
  setMaxListeners(0, signal);
  onProgress('waiting until every check is healthy');
  const budget = await budgetOf(platform, signal);
  const limitSeconds = budget.totalSeconds * READY_PATIENCE;
  const unhealthyAtStart = await awaitHealthy(platform, { limitSeconds, signal });
  const dispatcher = new Agent({
    connections: 16,
    headersTimeout: JUDGE_TIMEOUT_MS,
    bodyTimeout: JUDGE_TIMEOUT_MS,
  });
  const abort = () => void dispatcher.destroy();
  signal.addEventListener('abort', abort, { once: true });
  const { isReadOnly = false }: TrafficScenario = trafficScenarios[options.name];
  const warmPk = isReadOnly ? null : `${options.prefix}-warm`;
  const warm = (regions: readonly TargetRegion[]) => warmRegions(regions, { pk: warmPk, dispatcher, signal });
  try {
    await warm(platform.regions);
    const setup = { ...options, dispatcher, budget, unhealthyAtStart, warm, warmPk, onProgress };
    // Before the clock starts: clients may take their time to get ready.
    const opened = await openObservers(setup);
    return await carryOut(startRun(setup), opened);
  } catch (error) {
    // A wait that was ended says only that; why stands in the signal.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
    await dispatcher.destroy();
  }
}

interface RunSetup extends TrafficScenarioOptions {
  readonly dispatcher: Agent;
  readonly budget: TrafficBudget;
  readonly unhealthyAtStart: readonly string[];
  readonly warm: (regions: readonly TargetRegion[]) => Promise<void>;
  readonly warmPk: string | null;
  readonly onProgress: (text: string) => void;
}

/** A scenario under way. */
interface RunningScenario {
  readonly setup: RunSetup;
  readonly scenario: TrafficScenario;
  readonly clock: ModelClock;
  readonly recording: TrafficRecording;
  readonly attempts: Attempt[];
  readonly run: TrafficRun;
  readonly actions: ScenarioActions;
  /** Observers whose clients follow DNS by its rules; the others are promised nothing by it. */
  readonly obedient: readonly string[];
}

function startRun(setup: RunSetup): RunningScenario {
  const { platform, dispatcher, signal, prefix, budget } = setup;
  const scenario: TrafficScenario = trafficScenarios[setup.name];
  const attempts: Attempt[] = [];
  const startedAt = performance.now();
  const clock = startModelClock(platform.timeScale);
  const recording = new TrafficRecording(clock);
  const regions = platform.regions.map(({ region }) => region);
  const run: TrafficRun = {
    regions: platform.regions,
    dispatcher,
    signal,
    prefix,
    slowMs: SLOW_MS,
    digests: new Map(),
    keys: dataKeys(prefix, regions),
    isReadOnly: scenario.isReadOnly ?? false,
    nowMs: () => performance.now() - startedAt,
    record: (attempt) => attempts.push(attempt),
    sample: (sample, beganAtMs) =>
      recording.samples.push({ atSeconds: (beganAtMs / 1_000) * clock.timeScale, ...sample }),
  };
  const { observers = registered } = setup;
  const obedient = scenario.observers.filter((name) => observers[name].isObedient);
  const actions = new ScenarioActions({
    platform,
    clock,
    recording,
    budget,
    obedient,
    signal,
    warm: (region) => setup.warm(platform.regions.filter((each) => each.region === region)),
  });
  return { setup, scenario, clock, recording, attempts, run, actions, obedient };
}

/** Carries the scenario out, takes everything back, and judges. */
async function carryOut(running: RunningScenario, opened: readonly OpenedClient[]): Promise<TrafficReport> {
  const { setup, scenario, clock, recording, attempts, run, actions, obedient } = running;
  const { platform, signal, unhealthyAtStart, onProgress } = setup;
  const onLook = () => onProgress(describeProgress(recording, { clock, platform }));
  const watch = watchPlatform(recording, { platform, signal, onLook });
  const clients = opened.map((each) => new TrafficClient(running.run, each));
  try {
    const driving = driveTraffic(clients, { signal });
    try {
      if (unhealthyAtStart.length === 0) await Promise.race([scenario.run(actions), watch.failure]);
    } finally {
      await driving.end();
    }
    const durationSeconds = clock.nowSeconds();
    // Without a change that is worth a look, the rest would only be a line of waiting.
    await watch.end();
    await platform.restoreAll();
    onProgress('repeating what no answer came for, and judging');
    const history = { regions: run.regions.map(({ region }) => region), attempts };
    const settled = run.isReadOnly ? undefined : await settleTraffic(running, clients);
    const judged = { history: settled?.history ?? history, verdict: settled?.verdict ?? null };
    const lateMsMax = driving.lateMsMax();
    return reportTraffic(setup, {
      recording,
      clock,
      actions,
      judged,
      durationSeconds,
      lateMsMax,
      obedient,
      baselines: baselinesOf(opened),
    });
  } finally {
    await watch.end();
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** A client of one of the scenario's observers, and what it draws its operations with. */
interface OpenedClient {
  readonly observer: string;
  readonly client: ObserverClient;
  readonly random: Random;
}

async function openObservers(setup: RunSetup): Promise<readonly OpenedClient[]> {
  const { platform, seed, signal, name, warmPk, observers = registered } = setup;
  const checkerWaitMs = platform.checkerTimeoutSeconds * 1_000;
  const requestTimeoutMs = Math.max(REQUEST_TIMEOUT_MS, checkerWaitMs + LONGER_THAN_CHECKERS_MS);
  const opened = await Promise.all(
    trafficScenarios[name].observers.map(async (observer) => {
      const clients = await observers[observer].open({ platform, seed, requestTimeoutMs, warmPk, signal });
      return clients.map((client, index) => ({
        observer,
        client,
        random: seededRandom(seed, client.name),
        order: (index + 0.5) / clients.length,
      }));
    }),
  );
  // They begin their requests in this order, one beat after the other: no observer has a part of each beat to itself.
  const all = opened.flat().sort((a, b) => a.order - b.order);
  // Nobody waits for answers any more when the drill is told to end.
  signal.addEventListener('abort', () => void Promise.all(all.map(({ client }) => client.close())), {
    once: true,
  });
  return all;
}

function baselinesOf(opened: readonly OpenedClient[]): Readonly<Record<string, Baseline>> {
  const sums: Record<string, Baseline> = {};
  for (const { observer, client } of opened) {
    if (client.baseline === undefined) continue;
    const { calls, requests } = sums[observer] ?? { calls: 0, requests: 0 };
    sums[observer] = { calls: calls + client.baseline.calls, requests: requests + client.baseline.requests };
  }
  return sums;
}

/** Repeats what no answer came for, waits until all regions agree, and judges by the promises about data. */
async function settleTraffic(
  { setup: { platform, signal }, attempts, run }: RunningScenario,
  clients: readonly TrafficClient[],
): Promise<Settled> {
  await Promise.all(clients.map((client) => client.resolveInDoubtWrites()));
  signal.throwIfAborted();
  const regions = platform.regions.map(({ region }) => region);
  const history = { regions, attempts: attempts.toSorted((a, b) => a.startMs - b.startMs) };
  return settle(run, { twin: platform, keys: run.keys, clients, history });
}

/** What failover may take, by the checks that run and the time to live that is answered. */
async function budgetOf(platform: TargetPlatform, signal: AbortSignal): Promise<TrafficBudget> {
  const { intervalSeconds, failureThreshold } = platform.timing;
  const answer = await platform.resolve(signal);
  const detectionSeconds = intervalSeconds * failureThreshold;
  const ttlSeconds = answer.ttlSeconds * platform.timeScale;
  const totalSeconds = detectionSeconds + ttlSeconds;
  return { intervalSeconds, failureThreshold, detectionSeconds, ttlSeconds, totalSeconds };
}
