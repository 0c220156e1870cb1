import type { Clock } from './clock.ts';
import { createLatencyTracker, type LatencyTracker } from './latency-tracker.ts';

/** How fast a region answers, and when to send a read there to find out. */
export interface RegionMeasurement {
  /** Reads alone are compared between regions: a write takes longer, and not every region gets some. */
  readonly reads: LatencyTracker;
  /** Latency to show: that of its reads, else that of its writes. */
  readonly latencyMs: number | null;
  note(latencyMs: number, isRead: boolean): void;
  /** Takes leave to send one read that measures the region. */
  admitsExploration(): boolean;
  /** Forgets everything: what was measured while the region failed says nothing of how fast it is now. */
  startAnew(): void;
}

/** Latencies of a region that must be known before it is compared. */
export const comparedSamplesMin = 5;

/**
 * Makes the measurement of a region of which nothing is known.
 *
 * @param exploreIntervalMs - gives the wait between two reads that measure, by whether enough is known to compare
 */
export function createRegionMeasurement({
  clock,
  exploreIntervalMs,
}: {
  readonly clock: Clock;
  readonly exploreIntervalMs: (isKnown: boolean) => number;
}): RegionMeasurement {
  let reads = createLatencyTracker({ clock });
  let writes = createLatencyTracker({ clock });
  let exploreAtMs = clock.nowMs() + exploreIntervalMs(false);
  return {
    get reads() {
      return reads;
    },
    get latencyMs() {
      return reads.smoothedMs ?? writes.smoothedMs;
    },
    note(latencyMs, isRead) {
      (isRead ? reads : writes).note(latencyMs);
    },
    admitsExploration() {
      if (clock.nowMs() < exploreAtMs) return false;
      exploreAtMs = clock.nowMs() + exploreIntervalMs(reads.samples >= comparedSamplesMin);
      return true;
    },
    startAnew() {
      reads = createLatencyTracker({ clock });
      writes = createLatencyTracker({ clock });
      exploreAtMs = clock.nowMs() + exploreIntervalMs(false);
    },
  };
}
