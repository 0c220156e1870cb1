import { type CheckerOpinion, endpointVerdict } from './check-verdict.ts';
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
