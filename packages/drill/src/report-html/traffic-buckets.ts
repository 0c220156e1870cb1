import { percentile } from '@gsp/cli-kit';
import type { TrafficReport, TrafficSample } from '../drill-report.ts';

/** Requests that began in the same stretch of time. Index i of every list is the same bucket. */
export interface TrafficBuckets {
  /** Length of a bucket in model seconds. */
  readonly bucketSeconds: number;
  /** Begin of each bucket in model seconds. */
  readonly fromSeconds: readonly number[];
  readonly ok: readonly number[];
  readonly slow: readonly number[];
  readonly failed: readonly number[];
  /** Milliseconds of the requests that were answered; null where none was. */
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

/** Lengths that a person can read off an axis, in seconds. */
const NICE_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

/** As many as a chart on a wide screen can tell apart. */
const BUCKETS_MAX = 150;

/** Sorts a scenario's requests into buckets over its whole length, so that a time without requests shows as a gap. */
export function trafficBuckets({
  samples,
  durationSeconds,
}: Pick<TrafficReport, 'samples' | 'durationSeconds'>): TrafficBuckets {
  const bucketSeconds = bucketLength(durationSeconds);
  const count = Math.max(1, Math.ceil(durationSeconds / bucketSeconds));
  const buckets: TrafficSample[][] = Array.from({ length: count }, () => []);
  for (const sample of samples) {
    const index = Math.floor(sample.atSeconds / bucketSeconds);
    buckets[Math.min(count - 1, Math.max(0, index))]?.push(sample);
  }
  const answered = buckets.map((bucket) => latencies(bucket));
  const counted = (outcome: TrafficSample['outcome']) =>
    buckets.map((bucket) => bucket.filter((sample) => sample.outcome === outcome).length);
  return {
    bucketSeconds,
    fromSeconds: buckets.map((_, index) => Number((index * bucketSeconds).toFixed(3))),
    ok: counted('ok'),
    slow: counted('slow'),
    failed: counted('failed'),
    p50Ms: answered.map((sorted) => percentile(sorted, 50)),
    p99Ms: answered.map((sorted) => percentile(sorted, 99)),
  };
}

/** Latencies of the requests that were answered, in ascending order of milliseconds. */
export function latencies(samples: readonly TrafficSample[]): readonly number[] {
  return samples
    .filter(({ outcome }) => outcome !== 'failed')
    .map(({ latencyMs }) => latencyMs)
    .sort((a, b) => a - b);
}

function bucketLength(durationSeconds: number): number {
  const least = durationSeconds / BUCKETS_MAX;
  return NICE_SECONDS.find((seconds) => seconds >= least) ?? Math.ceil(least);
}

/** The calls of one observer, in the same buckets as those of all others. */
export interface ObserverBuckets extends TrafficBuckets {
  readonly vantage: string;
}

/** Sorts each observer's calls into buckets, so that they can be drawn one below the other over the same time. */
export function observerBuckets({
  samples,
  durationSeconds,
}: Pick<TrafficReport, 'samples' | 'durationSeconds'>): readonly ObserverBuckets[] {
  const names = [...new Set(samples.map(({ vantage }) => vantage))];
  return names.map((vantage) => {
    const own = samples.filter((sample) => sample.vantage === vantage);
    return { vantage, ...trafficBuckets({ samples: own, durationSeconds }) };
  });
}
