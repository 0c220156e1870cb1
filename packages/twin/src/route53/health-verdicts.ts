import type { HealthCheckDefinition } from './route53-definition.ts';

/** Verdicts by the id of the health check, inversion included. */
export type HealthVerdicts = ReadonlyMap<string, boolean>;

/**
 * The verdict of every check. One that is disabled is healthy whatever its endpoint does, and only inversion can
 * then make it unhealthy; one that is inverted is the opposite of what was found, so that a new inverted check is
 * unhealthy until it has data.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export function healthVerdicts(
  checks: readonly HealthCheckDefinition[],
  opinionsOf: (id: string) => readonly CheckerOpinion[],
): HealthVerdicts {
  const verdicts = new Map<string, boolean>();
  for (const check of checks) {
    if (check.kind !== 'endpoint') continue;
    const found = check.disabled || endpointVerdict(opinionsOf(check.id));
    verdicts.set(check.id, found !== check.inverted);
  }
  // After all endpoint checks: a calculated check has no calculated children, so one round settles them.
  for (const check of checks) {
    if (check.kind !== 'calculated') continue;
    const children = check.children.map((id) => verdicts.get(id) ?? true);
    const found = check.disabled || calculatedVerdict(children, check.threshold);
    verdicts.set(check.id, found !== check.inverted);
  }
  return verdicts;
}

/**
 * Whether enough children are healthy: with a threshold of 0 always, with one above their number never.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
export function calculatedVerdict(children: readonly boolean[], threshold: number): boolean {
  return children.filter(Boolean).length >= threshold;
}

/** What one checker knows of an endpoint. Plain data, replaced and never changed. */
export interface CheckerOpinion {
  /** Null until it has asked for the first time. */
  readonly healthy: boolean | null;
  /** How many answers in a row have spoken against the opinion. */
  readonly against: number;
}

/** What a checker knows before its first answer. */
export const NO_OPINION: CheckerOpinion = { healthy: null, against: 0 };

/**
 * The opinion after one more answer. The first answer makes it; after that it takes `failureThreshold` answers in a
 * row to change it, in either direction, so that one lucky answer of a sick endpoint changes as little as one lost
 * packet of a sound one.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
export function opinionAfter(
  { healthy, against }: CheckerOpinion,
  passed: boolean,
  failureThreshold: number,
): CheckerOpinion {
  if (healthy === null || passed === healthy) return { healthy: passed, against: 0 };
  return against + 1 >= failureThreshold
    ? { healthy: passed, against: 0 }
    : { healthy, against: against + 1 };
}

/**
 * Share of its checkers above which an endpoint counts as healthy. Route 53 may change it, says AWS; it has not.
 */
const HEALTHY_SHARE = 0.18;

/**
 * Whether an endpoint is healthy, before inversion: if more than 18 % of its checkers say so. Of eight, two are
 * enough, so that a network trouble near some checkers takes nothing down. A checker that has no data yet speaks
 * for the endpoint, as a new health check is healthy until there is data.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export function endpointVerdict(opinions: readonly CheckerOpinion[]): boolean {
  if (opinions.length === 0) return true;
  const healthy = opinions.filter((opinion) => opinion.healthy !== false).length;
  return healthy / opinions.length > HEALTHY_SHARE;
}
