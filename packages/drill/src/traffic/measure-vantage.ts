import { percentile } from '@gsp/cli-kit';
import type { TrafficSample, VantageSummary } from '../traffic-report.ts';
import { endOf, isBehind, type Span, timeToMove } from './measure.ts';
import type { TrafficRecord } from './traffic-record.ts';

/** What became of the traffic of each vantage, in the order in which they were first heard of. */
export function summarizeVantages(record: TrafficRecord): readonly VantageSummary[] {
  const names = [...new Set(record.samples.map(({ vantage }) => vantage))];
  return names.map((vantage) => summarizeVantage(record, vantage));
}

/** What became of the traffic of one vantage; all zero for one that sent nothing. */
export function summarizeVantage(record: TrafficRecord, vantage: string): VantageSummary {
  const samples = record.samples.filter((sample) => sample.vantage === vantage);
  const window = failureWindow(record);
  const meanwhile = window === null ? [] : samples.filter((sample) => touches(sample, { window, record }));
  const sorted = meanwhile
    .filter((sample) => !isToldBehind(sample))
    .map(({ latencyMs }) => latencyMs)
    .sort((a, b) => a - b);
  return {
    vantage,
    calls: samples.length,
    failed: failedOf(samples),
    behind: samples.filter(isToldBehind).length,
    requestsPerCall: steadyRequestsPerCall(vantage, record),
    meanwhile:
      meanwhile.length === 0
        ? null
        : {
            calls: meanwhile.length,
            failed: failedOf(meanwhile),
            p50Ms: percentile(sorted, 50),
            p99Ms: percentile(sorted, 99),
            maxMs: percentile(sorted, 100),
          },
    movedAfterMs: movedAfterMs(samples, record),
  };
}

/**
 * The time in which a fault is felt by those who wait for DNS: from the fault until the last of them has moved, or until
 * it was healed. Null where nothing was broken.
 */
export function failureWindow(record: TrafficRecord): Span | null {
  const { faultedAtSeconds: from, healedAtSeconds } = record;
  if (from === null) return null;
  const moveSeconds = timeToMove(record) ?? Number.POSITIVE_INFINITY;
  return { fromSeconds: from, untilSeconds: Math.min(from + moveSeconds, healedAtSeconds ?? Infinity) };
}

/** Calls that began in the window, or were under way when it began: those a fault hits first. */
function touches(
  sample: TrafficSample,
  { window, record }: { window: Span; record: TrafficRecord },
): boolean {
  return sample.atSeconds < window.untilSeconds && endOf(sample, record) >= window.fromSeconds;
}

function failedOf(samples: readonly TrafficSample[]): number {
  return samples.filter((sample) => sample.outcome === 'failed' && !isToldBehind(sample)).length;
}

/**
 * Whether a read was told that nobody in reach has what its session has seen: a write that died with its region before it
 * was sent on. By promise it is waited for as long as the caller has time, so how long that took is the caller's choice.
 */
function isToldBehind(sample: TrafficSample): boolean {
  return sample.outcome === 'failed' && isBehind(sample);
}

/** Requests for each call that was over before anything was broken. */
function steadyRequestsPerCall(vantage: string, record: TrafficRecord): number | null {
  const brokenAt = record.marks[0]?.atSeconds ?? Number.POSITIVE_INFINITY;
  const steady = record.samples.filter(
    (sample) => sample.vantage === vantage && endOf(sample, record) < brokenAt,
  );
  const { calls, requests } = record.baselines[vantage] ?? { calls: 0, requests: 0 };
  // A client that never called while traffic went on is not at rest but absent.
  if (steady.length === 0) return null;
  return steady.reduce((sum, each) => sum + each.requests, requests) / (calls + steady.length);
}

function movedAfterMs(samples: readonly TrafficSample[], record: TrafficRecord): number | null {
  const { faultedAtSeconds: from, victim, timeScale } = record;
  if (from === null) return null;
  const healed = record.healedAtSeconds ?? Number.POSITIVE_INFINITY;
  const isElsewhere = ({ atSeconds, region, outcome }: TrafficSample) =>
    atSeconds >= from && atSeconds < healed && region !== victim && outcome !== 'failed';
  const arrivals = [...new Set(samples.map(({ client }) => client))].map((client) => {
    const first = samples.filter((sample) => sample.client === client && isElsewhere(sample));
    return Math.min(...first.map((sample) => endOf(sample, record)));
  });
  const last = Math.max(...arrivals);
  return Number.isFinite(last) ? ((last - from) / timeScale) * 1_000 : null;
}
