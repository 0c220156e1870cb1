import { HOURS_PER_MONTH } from './assumptions.ts';

/** A health check that sends requests. */
export interface EndpointCheck {
  readonly intervalSeconds: number;
  /** Regions of checkers: 3 to 8. */
  readonly checkerRegions: number;
}

/** Regions in which Route 53 has checkers. */
export const CHECKER_REGIONS_ALL = 8;

/**
 * Requests in an hour that one check sends from all eight Regions of checkers. 30 s: about one in 2 seconds, so 15
 * checkers; 10 s: more than one a second, 60 to 70 a minute.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 * @see https://aws.amazon.com/blogs/aws/route-53-health-check-improvements-faster-interval-and-configurable-failover/
 */
const PROBES_PER_HOUR = { slow: 1_800, fast: 3_900 };

/** Requests in a month that those checks send. Fewer Regions of checkers send as many fewer. */
export function probesPerMonth(checks: readonly EndpointCheck[]): number {
  return checks.reduce((sum, { intervalSeconds, checkerRegions }) => {
    const perHour = intervalSeconds === 10 ? PROBES_PER_HOUR.fast : PROBES_PER_HOUR.slow;
    return sum + perHour * (checkerRegions / CHECKER_REGIONS_ALL) * HOURS_PER_MONTH;
  }, 0);
}
