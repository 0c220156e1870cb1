import type { RegionHealth } from './region-health.ts';
import { comparedSamplesMin } from './region-measurement.ts';

/** How much better another region must be before calls move there. */
export interface PreferenceTunables {
  /** @default 0.2 */
  readonly betterByShare?: number;
  /** @default 10 */
  readonly betterByMs?: number;
  /** How often in a row it must have been found better. @default 3 */
  readonly betterTimesMin?: number;
}

/** The region that calls go to, and when that changes. */
export interface PreferredRegion {
  readonly current: RegionHealth;
  /** A region was measured: compares it. */
  measured(health: RegionHealth): void;
  /** A region's state changed: leaves it if it is to be avoided. Returns the region that was left. */
  stateChanged(): RegionHealth | undefined;
}

/** Sorts the fastest to the front, those never measured behind, else as they stood. */
export function byLatency(a: RegionHealth, b: RegionHealth): number {
  const [aMs, bMs] = [a.reads.smoothedMs ?? Infinity, b.reads.smoothedMs ?? Infinity];
  return aMs === bMs ? 0 : aMs - bMs;
}

/**
 * Starts with the first region. Calls leave a region at once when it fails, but only slowly for a faster one: moving to
 * and fro costs connections, and two regions of equal latency would else take turns with every gust of noise.
 */
export function createPreferredRegion(
  regions: readonly [RegionHealth, ...RegionHealth[]],
  { betterByShare = 0.2, betterByMs = 10, betterTimesMin = 3 }: PreferenceTunables = {},
): PreferredRegion {
  let current = regions[0];
  const betterTimes = new Map<string, number>();

  function moveTo(health: RegionHealth): void {
    current = health;
    betterTimes.clear();
  }

  function isBetter({ reads }: RegionHealth): boolean {
    const presentMs = current.reads.smoothedMs;
    if (presentMs === null || reads.smoothedMs === null || reads.samples < comparedSamplesMin) return false;
    // What both vary by is no difference between them.
    const noiseMs = current.reads.deviationMs + reads.deviationMs;
    return presentMs - reads.smoothedMs >= Math.max(betterByMs, presentMs * betterByShare, noiseMs);
  }

  return {
    get current() {
      return current;
    },
    measured(health) {
      if (health === current || health.state !== 'closed') return;
      const times = isBetter(health) ? (betterTimes.get(health.region) ?? 0) + 1 : 0;
      betterTimes.set(health.region, times);
      if (times >= betterTimesMin) moveTo(health);
    },
    stateChanged() {
      if (current.state === 'closed') return undefined;
      const left = current;
      const [next] = regions.filter(({ state }) => state === 'closed').sort(byLatency);
      if (next === undefined) return undefined;
      moveTo(next);
      return left;
    },
  };
}
