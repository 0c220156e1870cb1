import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../cloud/cloud-error.ts';
import { reasonOf } from './ask-api.ts';
import type { ErrorRate } from './bake-sources.ts';
import { lagBetween, type ReplicationLag } from './check-replication.ts';
import { type RegionApi, unhealthyReason } from './region-api.ts';
import { SmokeError } from './smoke-region.ts';

/** Requests below which a rate says nothing: one failure of ten is not 10 %. */
const REQUESTS_MIN = 50;

/** Share of requests that may be answered with 5xx. */
const FAILURE_SHARE_MAX = 0.01;

/** Times that `/health` is asked before its answer counts. */
const HEALTH_ATTEMPTS = 3;

/** What was seen of a region while it was watched. */
export interface BakeFigures {
  /** For how long it was watched, in milliseconds. */
  readonly bakedMs: number;
  /** How often everything was looked at. */
  readonly rounds: number;
  readonly requests: number;
  readonly failures: number;
  /** The longest that an item took to another region; null where there is no other, or none that can be asked. */
  readonly lagMsMax: number | null;
}

/** What is watched besides the region's own answers. */
export interface BakeSources {
  /** Names of the stage's alarms that are in ALARM, and were not before the deployment. */
  alarms(signal: AbortSignal): Promise<readonly string[]>;
  /** Of the API since then. */
  errorRate(from: Date, signal: AbortSignal): Promise<ErrorRate>;
}

/** How a region is watched. */
interface BakeOptions {
  readonly peers: readonly RegionApi[];
  readonly sources: BakeSources;
  readonly bakeMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** @default 15000 */
  readonly intervalMs?: number;
  /** How long an item may take to another region. @default 30000 */
  readonly lagMsMax?: number;
}

/**
 * Watches a region for a while after its deployment: alarms, the share of 5xx, health, replication to every peer. The
 * first thing that is not as it must be ends it. A round is made at the beginning and at the end; without a duration
 * nothing is watched.
 *
 * @throws {SmokeError} which names what was seen
 * @throws {CloudError} where CloudWatch may not be asked; that it does not answer for once is passed over
 * @throws the signal's reason, where it aborts
 */
export async function bakeRegion(api: RegionApi, options: BakeOptions): Promise<BakeFigures> {
  const { bakeMs, signal, onProgress, intervalMs = 15_000 } = options;
  const from = new Date();
  const startedAtMs = performance.now();
  const bakedMs = () => Math.round(performance.now() - startedAtMs);
  let figures: BakeFigures = { bakedMs: 0, rounds: 0, requests: 0, failures: 0, lagMsMax: null };
  if (bakeMs === 0) return figures;
  for (;;) {
    signal.throwIfAborted();
    const isLast = bakedMs() >= bakeMs;
    const seen = await checkRound(api, { ...options, from, figures });
    figures = { ...seen, bakedMs: bakedMs(), rounds: figures.rounds + 1 };
    if (isLast) return figures;
    onProgress(
      `${Math.round(figures.bakedMs / 1_000)} of ${Math.round(bakeMs / 1_000)} s, ${figures.requests} requests`,
    );
    await sleep(Math.min(intervalMs, Math.max(0, bakeMs - bakedMs())), undefined, { signal });
  }
}

async function checkRound(
  api: RegionApi,
  options: BakeOptions & { from: Date; figures: BakeFigures },
): Promise<BakeFigures> {
  const { peers, sources, signal, from, figures, lagMsMax = 30_000 } = options;
  const alarms = await unlessAway(sources.alarms(signal), []);
  if (alarms.length > 0) throw violated(api, `${alarms.join(', ')} is in ALARM`);
  const rate = await unlessAway(sources.errorRate(from, signal), figures);
  if (rate.requests >= REQUESTS_MIN && rate.failures > rate.requests * FAILURE_SHARE_MAX)
    throw violated(api, `${rate.failures} of ${rate.requests} requests were answered with 5xx`);
  const reason = await lastingUnhealthyReason(api, signal);
  if (reason !== null) throw violated(api, `it is not well: ${reason}`);
  const lags: ReplicationLag[] = [];
  for (const peer of peers) lags.push(await lagBetween(api, { to: peer, signal, withinMs: lagMsMax }));
  const longest = [
    ...lags.map(({ lagMs }) => lagMs),
    ...(figures.lagMsMax === null ? [] : [figures.lagMsMax]),
  ];
  return { ...figures, ...rate, lagMsMax: longest.length === 0 ? null : Math.max(...longest) };
}

/** CloudWatch may be away for a moment; what it knows, it tells the next time. */
async function unlessAway<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isTransient(error)) return otherwise;
    throw error;
  }
}

/** Asked some times, as one lost packet is no bad release. */
async function lastingUnhealthyReason(api: RegionApi, signal: AbortSignal): Promise<string | null> {
  let said: string | null = null;
  for (let attempt = 1; attempt <= HEALTH_ATTEMPTS; attempt++) {
    if (attempt > 1) await sleep(1_000, undefined, { signal });
    said = await unhealthyReason(api, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return reasonOf(error);
    });
    if (said === null) return null;
  }
  return said;
}

function violated({ region }: RegionApi, what: string): SmokeError {
  return new SmokeError(`Cannot call ${region} good: while it was watched, ${what}.`);
}

/**
 * How long a region of a stage of the topology is watched when nobody says: long enough for its alarms to see a
 * minute of it.
 */
const LISTED_BAKE_MS = 120_000;

/** What is watched where nobody says: a stage of the topology 2 minutes, what goes away with its branch not at all. */
export function defaultBakeMs(kind: 'listed' | 'preview' | 'sandbox'): number {
  return kind === 'listed' ? LISTED_BAKE_MS : 0;
}
