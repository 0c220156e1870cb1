import type { RegionState, RegionView } from '@gsp/client';
import type { TwinRegion, TwinState } from '@gsp/twin/control';
import type { Tone } from '../ui/badge.tsx';
import { durationText } from '../ui/duration-text.ts';
import type { ObservedHealth, ObservedRoute } from './observed-health.ts';

/** A state in a word or two, and what stands behind it. */
export interface StatusView {
  readonly tone: Tone;
  readonly label: string;
  /** A sentence for whoever wants to know more; null where the label says it all. */
  readonly note: string | null;
}

const STATUS: Readonly<Record<TwinRegion['status'], readonly [Tone, string]>> = {
  starting: ['info', 'starting'],
  running: ['good', 'running'],
  impaired: ['bad', 'impaired'],
  down: ['bad', 'down'],
  stopping: ['warn', 'stopping'],
  stopped: ['bad', 'stopped'],
};

/** What runs of a region, as its twin says. */
export function describeTwinStatus({
  status,
  reason,
  engineRestarts,
}: Pick<TwinRegion, 'status' | 'reason' | 'engineRestarts'>): StatusView {
  if (status === 'stopped' && reason === 'killed')
    return { tone: 'bad', label: 'killed', note: 'Its processes were ended with SIGKILL.' };
  const [tone, label] = STATUS[status];
  const note = status === 'running' ? describeRestarts(engineRestarts) : `${reason.replace(/\.?$/, '')}.`;
  return { tone, label, note };
}

/** An engine that is back is no reason to worry, and one to look at its log. */
function describeRestarts({ count, last }: TwinRegion['engineRestarts']): string | null {
  if (count === 0 || last === null) return null;
  const times = count === 1 ? 'once' : `${count} times`;
  return `Its DynamoDB engine ended unasked and was started again ${times}, last at ${last.at.slice(11, 19)} UTC.`;
}

/** What a region of a deployed platform says of itself. */
export function describeObservedStatus(observed: ObservedHealth | null): StatusView {
  if (observed === null) return { tone: 'neutral', label: 'asking', note: null };
  if (!observed.isReachable) return { tone: 'bad', label: 'no answer', note: `${observed.said}.` };
  if (observed.isHealthy) return { tone: 'good', label: 'answers', note: null };
  return { tone: 'bad', label: 'unhealthy', note: `${observed.said}.` };
}

/** What is done to a running region on purpose: `+800 ms`, `30 % errors`. Empty when it is left alone. */
export function describeConditions({
  slowMs,
  errorShare,
  throttleShare,
  clockOffsetMs,
}: Pick<TwinRegion, 'slowMs' | 'errorShare' | 'throttleShare' | 'clockOffsetMs'>): readonly string[] {
  return [
    slowMs > 0 && `slow, +${durationText(slowMs)}`,
    errorShare > 0 && `${percent(errorShare)} errors`,
    throttleShare > 0 && `${percent(throttleShare)} throttled`,
    clockOffsetMs !== 0 && `clock ${clockOffsetMs > 0 ? '+' : '−'}${durationText(Math.abs(clockOffsetMs))}`,
  ].filter((condition) => condition !== false);
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

/** What the client of this page holds of a region. */
export interface ClientStanding extends StatusView {
  readonly isPreferred: boolean;
  /** Smoothed latency in milliseconds; null until it has asked. */
  readonly latencyMs: number | null;
  readonly p95Ms: number | null;
}

const STATES: Readonly<Record<RegionState, Pick<StatusView, 'tone' | 'label'>>> = {
  closed: { tone: 'good', label: 'preferred' },
  'half-open': { tone: 'warn', label: 'trying again' },
  open: { tone: 'bad', label: 'avoided' },
  evacuated: { tone: 'warn', label: 'avoided, evacuated' },
};

/** The client's view of a region in words; the breaker's own term is kept for the note. */
export function describeClientView(view: RegionView | undefined): ClientStanding {
  if (view === undefined)
    return {
      tone: 'neutral',
      label: 'unknown',
      note: null,
      isPreferred: false,
      latencyMs: null,
      p95Ms: null,
    };
  const { state, isPreferred, latencyMs, p95Ms, reason } = view;
  const { tone, label } = STATES[state];
  const isIdle = state === 'closed' && !isPreferred;
  return {
    tone: isIdle ? 'neutral' : tone,
    label: isIdle ? 'in reserve' : label,
    note: `Circuit breaker ${state}${reason === null ? '' : `: ${reason}`}.`,
    isPreferred,
    latencyMs,
    p95Ms,
  };
}

/** Where the global name leads now. */
export interface RouteView {
  /** `api.gsp.test` */
  readonly name: string;
  readonly endpoint: string;
  /** Regions that DNS answers with, most often one. */
  readonly regions: readonly string[];
  /** Seconds for which resolvers keep the answer; null where it is not known. */
  readonly ttlSeconds: number | null;
  /** `failover`, `latency`, `weighted`; null where it is not known. */
  readonly policy: string | null;
  /** Region to which whoever has asked before is still led; null when nobody has, or it is not known. */
  readonly cached: string | null;
  /** No region is healthy, so all are answered as if they were. */
  readonly isFailOpen: boolean;
}

/** The twin's DNS answer for the global name; null for a stage without one. */
export function describeTwinRoute({
  global,
  route53,
  dns,
}: Pick<TwinState, 'global' | 'route53' | 'dns'>): RouteView | null {
  if (global === null || route53 === null) return null;
  const { name } = global;
  const answer = route53.answers.find((one) => one.name === name && one.type === 'A');
  const routedName = dns?.routedName ?? name;
  const records = route53.records.filter((record) => record.name === routedName && record.type === 'A');
  return {
    name,
    endpoint: global.url,
    regions: answer?.regions ?? [],
    ttlSeconds: answer?.ttlSeconds ?? null,
    policy: records[0]?.policy ?? null,
    cached: global.region,
    isFailOpen: records.length > 0 && records.every(({ healthy }) => !healthy),
  };
}

/** Where the global name of a deployed platform led when this page followed it. */
export function describeObservedRoute(
  { name, endpoint }: { readonly name: string; readonly endpoint: string },
  observed: ObservedRoute | null,
): RouteView {
  const region = observed?.region ?? null;
  return {
    name,
    endpoint,
    regions: region === null ? [] : [region],
    ttlSeconds: null,
    policy: null,
    cached: null,
    isFailOpen: false,
  };
}
