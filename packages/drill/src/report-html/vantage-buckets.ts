import type { TrafficReport } from '../traffic-report.ts';
import { type TrafficBuckets, trafficBuckets } from './traffic-buckets.ts';

/** The calls of one vantage, in the same buckets as those of all others. */
export interface VantageBuckets extends TrafficBuckets {
  readonly vantage: string;
}

/** Sorts each vantage's calls into buckets, so that they can be drawn one below the other over the same time. */
export function vantageBuckets({
  samples,
  durationSeconds,
}: Pick<TrafficReport, 'samples' | 'durationSeconds'>): readonly VantageBuckets[] {
  const names = [...new Set(samples.map(({ vantage }) => vantage))];
  return names.map((vantage) => {
    const own = samples.filter((sample) => sample.vantage === vantage);
    return { vantage, ...trafficBuckets({ samples: own, durationSeconds }) };
  });
}
