import type { TwinState } from '@gsp/twin/control';
import type { ObservedRoute } from './observed-health.ts';

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
}: Pick<TwinState, 'global' | 'route53'>): RouteView | null {
  if (global === null || route53 === null) return null;
  const { name } = global;
  const answer = route53.answers.find((one) => one.name === name && one.type === 'A');
  const records = route53.records.filter((record) => record.name === name && record.type === 'A');
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
