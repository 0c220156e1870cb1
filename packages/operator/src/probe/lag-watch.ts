import { setTimeout as pause } from 'node:timers/promises';
import { isProblemError, type PlatformClient } from '@gsp/client/fetch';
import { PROBE_TTL_SECONDS } from './probe-load.ts';
import type { LagSighting } from './probe-snapshot.ts';

/** What lag is watched with. */
export interface LagOptions {
  /** A client of its own: calls to a region that is down fail here, and are no failure of the probe. */
  readonly client: PlatformClient;
  readonly pk: string;
  /** Regions that are worth asking at this moment. */
  readonly regions: () => readonly string[];
  readonly signal: AbortSignal;
  /** Between two looks for one write, in milliseconds. @default 20 */
  readonly lookMs?: number;
  /** Longest wait for one write to be seen, in milliseconds. @default 10_000 */
  readonly limitMs?: number;
  /** Between two measurements, in milliseconds. @default 1_000 */
  readonly everyMs?: number;
}

/** An older figure says nothing about now. */
const FRESH_MS = 30_000;

/** The lag between regions, measured again and again. */
export interface LagWatch {
  /** The latest sighting of each pair of regions. */
  sightings(): readonly LagSighting[];
  /** Resolves when the watch has ended, after its signal. */
  readonly ended: Promise<void>;
}

/**
 * Measures how long a write of one region takes to be seen in another: it writes there, and from the acknowledgement on
 * reads here, outside of any session, until it is found. So a figure holds the way of the read that found it, and at most
 * one look more. One pair of regions after the other.
 */
export function watchLag({ everyMs = 1_000, ...options }: LagOptions): LagWatch {
  const { signal, regions } = options;
  const latest = new Map<string, { readonly atMs: number; readonly sighting: LagSighting }>();
  const ended = (async () => {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const pairs = pairsOf(regions());
      const pair = pairs[turn % Math.max(1, pairs.length)];
      if (pair !== undefined) {
        const sighting = await measure(pair, options);
        if (!signal.aborted) latest.set(`${pair.from} ${pair.to}`, { atMs: performance.now(), sighting });
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  const isFresh = ({ atMs }: { readonly atMs: number }) => performance.now() - atMs < FRESH_MS;
  return {
    sightings: () => [...latest.values()].filter(isFresh).map(({ sighting }) => sighting),
    ended,
  };
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

function pairsOf(regions: readonly string[]): readonly Pair[] {
  return regions.flatMap((from) => regions.filter((to) => to !== from).map((to) => ({ from, to })));
}

async function measure(
  { from, to }: Pair,
  { client, pk, signal, lookMs = 20, limitMs = 10_000 }: LagOptions,
): Promise<LagSighting> {
  const options = { session: null, signal };
  try {
    const write = { pk, data: { lag: true }, ttlSeconds: PROBE_TTL_SECONDS };
    const { item } = await client.writeItem(write, { ...options, region: from });
    const writtenAtMs = performance.now();
    for (;;) {
      const isSeen = await isThere(() => client.getItem({ pk, sk: item.sk }, { ...options, region: to }));
      const lagMs = performance.now() - writtenAtMs;
      if (isSeen) return { from, to, lagMs: Math.round(lagMs * 10) / 10 };
      if (lagMs > limitMs) return { from, to, lagMs: null, reason: `not seen within ${limitMs / 1_000} s` };
      await pause(lookMs, undefined, { signal });
    }
  } catch (error) {
    return { from, to, lagMs: null, reason: error instanceof Error ? error.name : String(error) };
  }
}

async function isThere(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (isProblemError(error, 'item-not-found')) return false;
    throw error;
  }
}
