import type { Clock } from './clock.ts';

/** What a client knows of how fast a region answers. Times in milliseconds. */
export interface LatencyTracker {
  /** An answer took this long. */
  note(ms: number): void;
  /** An answer would have taken longer than this. It counts only where that is more than was expected. */
  noteAtLeast(ms: number): void;
  /** Mean in which late answers weigh more than old ones; null before the first. */
  readonly smoothedMs: number | null;
  /** Mean distance of the answers from that mean; 0 before the first. */
  readonly deviationMs: number;
  /** What 95 of the latest 100 stay below; null under 20. */
  readonly p95Ms: number | null;
  /** How many were noted. */
  readonly samples: number;
  /** When the latest was noted, by the clock; null before the first. */
  readonly notedAtMs: number | null;
}

/** Latest latencies that are kept for the p95. */
const keptMax = 100;
const p95SamplesMin = 20;

/** Weight of a new latency. Before there are ten, all weigh the same. */
const weight = 0.1;

/**
 * Makes a tracker without any latency. It keeps one hundred numbers; noting one takes the same time whatever was noted
 * before, and the p95 is worked out when it is asked for.
 *
 * Mean and mean deviation are smoothed as TCP smooths its round-trip time (RFC 6298, section 2).
 */
export function createLatencyTracker({ clock }: { readonly clock: Clock }): LatencyTracker {
  const kept = new Float64Array(keptMax);
  let samples = 0;
  let smoothedMs: number | null = null;
  let deviationMs = 0;
  let notedAtMs: number | null = null;
  let p95Ms: number | null = null;
  let isP95Current = true;

  function note(ms: number): void {
    kept[samples % keptMax] = ms;
    samples += 1;
    const share = Math.max(weight, 1 / samples);
    const distanceMs = smoothedMs === null ? 0 : ms - smoothedMs;
    smoothedMs = (smoothedMs ?? ms) + share * distanceMs;
    deviationMs += share * (Math.abs(distanceMs) - deviationMs);
    notedAtMs = clock.nowMs();
    isP95Current = false;
  }

  function currentP95(): number | null {
    if (isP95Current) return p95Ms;
    isP95Current = true;
    const latest = kept.slice(0, Math.min(samples, keptMax)).sort();
    p95Ms = latest.length < p95SamplesMin ? null : (latest[Math.ceil(latest.length * 0.95) - 1] ?? null);
    return p95Ms;
  }

  return {
    note,
    noteAtLeast(ms) {
      if (ms > (smoothedMs ?? 0)) note(ms);
    },
    get smoothedMs() {
      return smoothedMs;
    },
    get deviationMs() {
      return deviationMs;
    },
    get p95Ms() {
      return currentP95();
    },
    get samples() {
      return samples;
    },
    get notedAtMs() {
      return notedAtMs;
    },
  };
}
