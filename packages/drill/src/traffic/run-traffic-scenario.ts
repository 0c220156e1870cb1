import { setMaxListeners } from 'node:events';
import { type Random, seededRandom } from '@gsp/twin';
import { Agent } from 'undici';
import { dataKeys } from '../data/data-workload.ts';
import type { DrilledRegion } from '../drilled-twin.ts';
import type { Attempt } from '../judge/history.ts';
import { type Settled, settle } from '../settle.ts';
import type { TrafficBudget, TrafficReport } from '../traffic-report.ts';
import { awaitHealthy } from './await-healthy.ts';
import { driveTraffic } from './drive-traffic.ts';
import { observePlatform } from './observe-platform.ts';
import type { Baseline, VantageClient } from './observer.ts';
import { vantages as registered, type VantageRegistry } from './observers.ts';
import { describeProgress, reportTraffic } from './report-traffic.ts';
import { TrafficStage } from './scenario-actions.ts';
import type { DrilledPlatform } from './target-platform.ts';
import { TrafficClient, type TrafficRun } from './traffic-client.ts';
import { type ModelClock, startModelClock, TrafficRecording } from './traffic-recording.ts';
import { type TrafficScenario, type TrafficScenarioName, trafficScenarios } from './traffic-scenarios.ts';
import { warmRegions } from './warm-regions.ts';

/** How a scenario is run. */
export interface TrafficScenarioOptions {
  readonly platform: DrilledPlatform;
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
  readonly vantages?: VantageRegistry;
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
 * Runs one scenario: clients read and write through the vantages that it names while it breaks things and heals them; then
 * everything is taken back, unknown writes are repeated under their keys, and what was seen is held against the objectives.
 *
 * A scenario that finds checks unhealthy before anything is broken does not break anything: its report says so.
 *
 * @throws {DrillError} when the platform cannot be driven, or does not settle
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
  const warm = (regions: readonly DrilledRegion[]) =>
    warmRegions(regions, { pk: warmPk, dispatcher, signal });
  try {
    await warm(platform.regions);
    const setup = { ...options, dispatcher, budget, unhealthyAtStart, warm, warmPk, onProgress };
    // Before the clock starts: clients may take their time to get ready.
    const opened = await openVantages(setup);
    return await play(startRun(setup), opened);
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
  readonly warm: (regions: readonly DrilledRegion[]) => Promise<void>;
  readonly warmPk: string | null;
  readonly onProgress: (text: string) => void;
}

/** A scenario under way. */
interface Playing {
  readonly setup: RunSetup;
  readonly scenario: TrafficScenario;
  readonly clock: ModelClock;
  readonly recording: TrafficRecording;
  readonly attempts: Attempt[];
  readonly run: TrafficRun;
  readonly stage: TrafficStage;
  /** Vantages whose clients follow DNS by its rules; the others are promised nothing by it. */
  readonly obedient: readonly string[];
}

function startRun(setup: RunSetup): Playing {
  const { platform, dispatcher, signal, prefix, budget } = setup;
  const scenario: TrafficScenario = trafficScenarios[setup.name];
  const attempts: Attempt[] = [];
  const startedAt = performance.now();
  const clock = startModelClock(platform.timeScale);
  const recording = new TrafficRecording(clock);
  const regions = platform.regions.map(({ region }) => region);
  const run: TrafficRun = {
    ...{ regions: platform.regions, dispatcher, signal, prefix, slowMs: SLOW_MS },
    digests: new Map(),
    keys: dataKeys(prefix, regions),
    isReadOnly: scenario.isReadOnly ?? false,
    nowMs: () => performance.now() - startedAt,
    record: (attempt) => attempts.push(attempt),
    sample: (sample, beganAtMs) =>
      recording.samples.push({ atSeconds: (beganAtMs / 1_000) * clock.timeScale, ...sample }),
  };
  const { vantages = registered } = setup;
  const obedient = scenario.vantages.filter((name) => vantages[name].isObedient);
  const stage = new TrafficStage({
    ...{ platform, clock, recording, budget, obedient, signal },
    warm: (region) => setup.warm(platform.regions.filter((place) => place.region === region)),
  });
  return { setup, scenario, clock, recording, attempts, run, stage, obedient };
}

/** Plays the scenario, takes everything back, and judges. */
async function play(playing: Playing, opened: readonly OpenedClient[]): Promise<TrafficReport> {
  const { setup, scenario, clock, recording, attempts, run, stage, obedient } = playing;
  const { platform, signal, unhealthyAtStart, onProgress } = setup;
  const onLook = () => onProgress(describeProgress(recording, { clock, platform }));
  const observer = observePlatform(recording, { platform, signal, onLook });
  const clients = opened.map((each) => new TrafficClient(playing.run, each));
  try {
    const driving = driveTraffic(clients, { signal });
    try {
      if (unhealthyAtStart.length === 0) await Promise.race([scenario.play(stage), observer.failure]);
    } finally {
      await driving.end();
    }
    const durationSeconds = clock.nowSeconds();
    // Without a change that is worth a look, the rest would only be a line of waiting.
    await observer.end();
    await platform.restoreAll();
    onProgress('repeating what no answer came for, and judging');
    const history = { regions: run.regions.map(({ region }) => region), attempts };
    const settled = run.isReadOnly ? undefined : await settleTraffic(playing, clients);
    const judged = { history: settled?.history ?? history, verdict: settled?.verdict ?? null };
    const lateMsMax = driving.lateMsMax();
    return reportTraffic(setup, {
      ...{ recording, clock, stage, judged, durationSeconds, lateMsMax, obedient },
      baselines: baselinesOf(opened),
    });
  } finally {
    await observer.end();
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** A client of one of the scenario's vantages, and what it draws its operations with. */
interface OpenedClient {
  readonly vantage: string;
  readonly client: VantageClient;
  readonly random: Random;
}

async function openVantages(setup: RunSetup): Promise<readonly OpenedClient[]> {
  const { platform, seed, signal, name, warmPk, vantages = registered } = setup;
  const checkerWaitMs = platform.checkerTimeoutSeconds * 1_000;
  const requestTimeoutMs = Math.max(REQUEST_TIMEOUT_MS, checkerWaitMs + LONGER_THAN_CHECKERS_MS);
  const opened = await Promise.all(
    trafficScenarios[name].vantages.map(async (vantage) => {
      const clients = await vantages[vantage].open({ platform, seed, requestTimeoutMs, warmPk, signal });
      return clients.map((client, index) => ({
        ...{ vantage, client, random: seededRandom(seed, client.name) },
        place: (index + 0.5) / clients.length,
      }));
    }),
  );
  // They begin their requests in this order, one beat after the other: no vantage has a part of each beat to itself.
  const all = opened.flat().sort((a, b) => a.place - b.place);
  // Nobody waits for answers any more when the drill is told to end.
  signal.addEventListener('abort', () => void Promise.all(all.map(({ client }) => client.close())), {
    once: true,
  });
  return all;
}

function baselinesOf(opened: readonly OpenedClient[]): Readonly<Record<string, Baseline>> {
  const sums: Record<string, Baseline> = {};
  for (const { vantage, client } of opened) {
    if (client.baseline === undefined) continue;
    const { calls, requests } = sums[vantage] ?? { calls: 0, requests: 0 };
    sums[vantage] = { calls: calls + client.baseline.calls, requests: requests + client.baseline.requests };
  }
  return sums;
}

/** Repeats what no answer came for, waits until all regions agree, and judges by the promises about data. */
async function settleTraffic(
  { setup: { platform, signal }, attempts, run }: Playing,
  clients: readonly TrafficClient[],
): Promise<Settled> {
  await Promise.all(clients.map((client) => client.finish()));
  signal.throwIfAborted();
  const regions = platform.regions.map(({ region }) => region);
  const history = { regions, attempts: attempts.toSorted((a, b) => a.startMs - b.startMs) };
  return settle(run, { twin: platform, keys: run.keys, clients, history });
}

/** What failover may take, by the checks that run and the time to live that is answered. */
async function budgetOf(platform: DrilledPlatform, signal: AbortSignal): Promise<TrafficBudget> {
  const { intervalSeconds, failureThreshold } = platform.timing;
  const answer = await platform.resolve(signal);
  const detectionSeconds = intervalSeconds * failureThreshold;
  const ttlSeconds = answer.ttlSeconds * platform.timeScale;
  const totalSeconds = detectionSeconds + ttlSeconds;
  return { intervalSeconds, failureThreshold, detectionSeconds, ttlSeconds, totalSeconds };
}
