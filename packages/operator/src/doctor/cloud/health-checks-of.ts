import type { StageTarget } from '../../cloud/stage-target.ts';

/** Health checks that Route 53 has for a stage. */
export interface HealthChecks {
  /** Those that send requests. */
  readonly endpoint: number;
  /** Those that are reckoned from others. */
  readonly calculated: number;
  readonly total: number;
}

/**
 * As the definition makes them where there is a zone: for each region one that asks for its health, one for each peer
 * that asks whether it is evacuated, and one calculated from these.
 */
export function healthChecksOf({ domain, regions }: Pick<StageTarget, 'domain' | 'regions'>): HealthChecks {
  if (domain === null || domain.hostedZoneId === null) return { endpoint: 0, calculated: 0, total: 0 };
  const endpoint = regions.length * regions.length;
  const calculated = regions.length;
  return { endpoint, calculated, total: endpoint + calculated };
}
