import { percentile } from '@gsp/cli-kit';
import type { ObserverSummary, TrafficSample } from '../drill-report.ts';
import type { TrafficRecord } from './traffic-recording.ts';

/** A span of a scenario, in model seconds. */
export interface Span {
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

/** From the fault until Route 53 held the region for unhealthy; null when it never did before the fault was healed. */
export function timeToDetect(record: TrafficRecord, region = record.victim): number | null {
  const from = record.faultedAtSeconds;
  if (from === null || region === null) return null;
  const turned = record.checkStates.find(
    ({ atSeconds, check, isHealthy }) =>
      check === record.verdictChecks[region] && !isHealthy && atSeconds >= from,
  );
  if (turned === undefined || turned.atSeconds > (record.healedAtSeconds ?? Number.POSITIVE_INFINITY))
    return null;
  return turned.atSeconds - from;
}

/**
 * From the fault until the last client that obeys DNS had sent its first request elsewhere, never to come back before the
 * fault was healed; null when one stayed.
 */
export function timeToMove(record: TrafficRecord): number | null {
  const from = record.faultedAtSeconds;
  const { victim } = record;
  if (from === null || victim === null) return null;
  const healed = record.healedAtSeconds ?? Number.POSITIVE_INFINITY;
  return lastArrival(record, {
    span: { fromSeconds: from, untilSeconds: healed },
    isThere: ({ region }) => region !== null && region !== victim,
  });
}

/**
 * From the end of the fault until every client that obeys DNS was back in the region; null when one never was. This is
 * what failing back takes, and no outage: until then others answer.
 */
export function timeToReturn(record: TrafficRecord): number | null {
  const from = record.healedAtSeconds;
  const { victim } = record;
  if (from === null || victim === null) return null;
  return lastArrival(record, {
    span: { fromSeconds: from, untilSeconds: Number.POSITIVE_INFINITY },
    isThere: ({ region }) => region === victim,
  });
}

/**
 * From the fault until clients that obey DNS were answered well with whatever they asked: until the last request began that
 * failed, or that the region at fault was slow to answer; 0 when there was none. Elsewhere a read may be slow as it waits for
 * what its session has seen, by promise.
 */
export function timeToRecover(record: TrafficRecord): number | null {
  const from = record.faultedAtSeconds;
  if (from === null || record.samples.length === 0) return null;
  const healed = record.healedAtSeconds ?? Number.POSITIVE_INFINITY;
  const isBad = ({ outcome, reason, region }: TrafficSample) =>
    outcome === 'failed' ? !isBehind({ reason }) : outcome === 'slow' && region === record.victim;
  const bad = obedientSamples(record).filter(
    (sample) => sample.atSeconds >= from && sample.atSeconds < healed && isBad(sample),
  );
  return Math.max(0, ...bad.map(({ atSeconds }) => atSeconds - from));
}

/** Requests of obedient clients that failed and had begun and ended outside of the span. */
export function failuresOutside(record: TrafficRecord, span: Span | null): number {
  return obedientSamples(record).filter(
    (sample) =>
      sample.outcome === 'failed' &&
      !isBehind(sample) &&
      (span === null || sample.atSeconds > span.untilSeconds || endOf(sample, record) < span.fromSeconds),
  ).length;
}

/** Requests of one observer that failed, whenever. */
export function failuresOf({ samples }: TrafficRecord, vantage: string): number {
  return samples.filter((sample) => sample.vantage === vantage && sample.outcome === 'failed').length;
}

/** Answers of DNS for the global name, within the span, that did not name the primary. */
export function answersElsewhere({ dnsAnswers, primary }: TrafficRecord, span: Span): number {
  return dnsAnswers.filter(({ atSeconds, regions }, index) => {
    const untilSeconds = dnsAnswers[index + 1]?.atSeconds ?? Number.POSITIVE_INFINITY;
    const isWithin = atSeconds < span.untilSeconds && untilSeconds > span.fromSeconds;
    return isWithin && primary !== null && !regions.includes(primary);
  }).length;
}

/** The longest span in which Route 53 held every region for unhealthy; null when there was none. */
export function allUnhealthy({ checkStates, verdictChecks }: TrafficRecord): Span | null {
  const checks = Object.values(verdictChecks);
  const healthy = new Map(checks.map((check) => [check, true]));
  const spans: { fromSeconds: number; untilSeconds: number }[] = [];
  let since: number | null = null;
  for (const { atSeconds, check, isHealthy } of checkStates.toSorted((a, b) => a.atSeconds - b.atSeconds)) {
    if (!healthy.has(check)) continue;
    healthy.set(check, isHealthy);
    const isNone = checks.length > 0 && checks.every((each) => healthy.get(each) === false);
    if (isNone) since ??= atSeconds;
    else if (since !== null) {
      spans.push({ fromSeconds: since, untilSeconds: atSeconds });
      since = null;
    }
  }
  if (since !== null) spans.push({ fromSeconds: since, untilSeconds: Number.POSITIVE_INFINITY });
  const length = ({ fromSeconds, untilSeconds }: Span) => untilSeconds - fromSeconds;
  return spans.toSorted((a, b) => length(b) - length(a))[0] ?? null;
}

/** Most records that waited to be replicated at one moment. */
export function backlogMax(record: TrafficRecord): number {
  return Math.max(0, ...record.backlogs.map(({ records }) => records));
}

/**
 * From the end of the fault until no more records waited than before anything was broken; null when that never was. While
 * clients write, some are always on their way.
 */
export function timeToDrain({ marks, backlogs, healedAtSeconds: from }: TrafficRecord): number | null {
  if (from === null) return null;
  const brokenAt = marks[0]?.atSeconds ?? 0;
  const before = backlogs.filter(({ atSeconds }) => atSeconds < brokenAt);
  const usual = Math.max(0, ...before.map(({ records }) => records));
  const drained = backlogs.find(({ atSeconds, records }) => atSeconds >= from && records <= usual);
  return drained === undefined ? null : drained.atSeconds - from;
}

function obedientSamples({ samples, obedient }: TrafficRecord): readonly TrafficSample[] {
  return samples.filter(({ vantage }) => obedient.includes(vantage));
}

/** Whether a sample is the honest answer that the region is behind what the session has seen. */
export function isBehind({ reason = '' }: { readonly reason?: string | undefined }): boolean {
  return reason.includes('replica-behind');
}

/** When a request was answered, or given up, in model seconds. */
export function endOf(
  { atSeconds, latencyMs }: TrafficSample,
  { timeScale }: Pick<TrafficRecord, 'timeScale'>,
): number {
  return atSeconds + (latencyMs / 1_000) * timeScale;
}

/**
 * Until when every obedient client had arrived where `isThere`, and stayed for the rest of the span:
 *
 * ```
 * client 1   - - - x x x x x        - elsewhere, x there
 * client 2   - - x - x x x x
 *                    ^ client 2 arrives        the answer is client 2's, the later one
 *                  ^ client 1 arrives
 * ```
 */
function lastArrival(
  record: TrafficRecord,
  { span, isThere }: { span: Span; isThere: (sample: TrafficSample) => boolean },
): number | null {
  const within = obedientSamples(record).filter(
    ({ atSeconds }) => atSeconds >= span.fromSeconds && atSeconds < span.untilSeconds,
  );
  const clients = new Map<string, TrafficSample[]>();
  for (const sample of within) {
    const others = clients.get(sample.client);
    if (others === undefined) clients.set(sample.client, [sample]);
    else others.push(sample);
  }
  const arrivals = [...clients.values()].map((samples) => {
    const last = samples.findLastIndex((sample) => !isThere(sample));
    return samples[last + 1]?.atSeconds;
  });
  if (arrivals.length === 0 || arrivals.includes(undefined)) return null;
  return Math.max(...arrivals.map((at) => at ?? 0)) - span.fromSeconds;
}

/** What became of the traffic of each observer, in the order in which they were first heard of. */
export function measureObservers(record: TrafficRecord): readonly ObserverSummary[] {
  const names = [...new Set(record.samples.map(({ vantage }) => vantage))];
  return names.map((vantage) => measureObserver(record, vantage));
}

/** What became of the traffic of one observer; all zero for one that sent nothing. */
export function measureObserver(record: TrafficRecord, vantage: string): ObserverSummary {
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
