import { percentile } from '@gsp/cli-kit';
import type { TrafficReport, TrafficSample } from '../drill-report.ts';
import { latencies } from './traffic-buckets.ts';

/** What became of the requests of one observer between two things that the drill did. */
export interface TrafficPhase {
  /** What began it, such as `kill eu-west-1`; null for the time before the first fault. */
  readonly since: string | null;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly vantage: string;
  readonly requests: number;
  readonly slow: number;
  readonly failed: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Regions that answered, the busiest first. */
  readonly answeredBy: readonly string[];
  /** Why requests failed, the most frequent reason first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** The traffic cut at every fault and healing, each observer for itself. Phases without a request are left out. */
export function trafficPhases({
  samples,
  marks,
  durationSeconds,
}: Pick<TrafficReport, 'samples' | 'marks' | 'durationSeconds'>): readonly TrafficPhase[] {
  const cuts = [{ atSeconds: 0, what: null }, ...marks, { atSeconds: durationSeconds, what: null }];
  const vantages = [...new Set(samples.map(({ vantage }) => vantage))];
  return cuts.slice(0, -1).flatMap(({ atSeconds, what }, index) => {
    const toSeconds = cuts[index + 1]?.atSeconds ?? durationSeconds;
    const isLast = index === cuts.length - 2;
    const inPhase = samples.filter(
      (sample) => sample.atSeconds >= atSeconds && (isLast || sample.atSeconds < toSeconds),
    );
    return vantages.flatMap((vantage) => {
      const own = inPhase.filter((sample) => sample.vantage === vantage);
      return own.length === 0
        ? []
        : [{ since: what, fromSeconds: atSeconds, toSeconds, vantage, ...figures(own) }];
    });
  });
}

function figures(
  samples: readonly TrafficSample[],
): Omit<TrafficPhase, 'since' | 'fromSeconds' | 'toSeconds' | 'vantage'> {
  const sorted = latencies(samples);
  const failed = samples.filter(({ outcome }) => outcome === 'failed');
  const answered = samples.filter(({ outcome }) => outcome !== 'failed');
  return {
    requests: samples.length,
    slow: samples.filter(({ outcome }) => outcome === 'slow').length,
    failed: failed.length,
    p50Ms: percentile(sorted, 50),
    p99Ms: percentile(sorted, 99),
    answeredBy: frequencies(answered.map(({ region }) => region ?? 'nobody')).map(([region]) => region),
    reasons: frequencies(failed.map(({ reason }) => reason ?? 'no reason given')).map(([reason, count]) => ({
      reason,
      count,
    })),
  };
}

function frequencies(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
