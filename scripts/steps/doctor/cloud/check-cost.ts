import type { StagePlace } from '../../cloud/stage-place.ts';
import type { Finding } from '../finding.ts';
import { healthChecksOf } from './health-checks-of.ts';
import { PRICES, PROBES_PER_HOUR } from './prices.ts';

const HOURS_PER_MONTH = 730;
const CHECKER_REGIONS_ALL = 8;
/** What a probe is reckoned to hold a function of 512 MB for. */
const PROBE_GB_SECONDS = 0.5 * 0.025;

/** What a stage costs in a month in which nobody calls it, by part, in US dollars. */
export interface IdleCost {
  readonly zone: number;
  readonly healthChecks: number;
  /** The checks' own requests, through API and function. */
  readonly probes: number;
  readonly total: number;
}

/** The estimate, as exact as its prices: it is for deciding whether to go on, not for a budget. */
export function idleCostOf(place: Pick<StagePlace, 'domain' | 'regions' | 'settings'>): IdleCost {
  const { intervalSeconds, checkerRegions } = place.settings.routing.healthCheck;
  const { endpoint, calculated } = healthChecksOf(place);
  const options = intervalSeconds === 10 ? 2 : 1;
  const zone = place.domain === null ? 0 : PRICES.hostedZonePerMonth;
  const healthChecks =
    endpoint * (PRICES.healthCheckPerMonth + options * PRICES.healthCheckOptionPerMonth) +
    calculated * PRICES.healthCheckPerMonth;
  const share = checkerRegions.length / CHECKER_REGIONS_ALL;
  const millions = (endpoint * PROBES_PER_HOUR[intervalSeconds] * share * HOURS_PER_MONTH) / 1_000_000;
  const perMillion =
    PRICES.httpApiPerMillion +
    PRICES.lambdaRequestsPerMillion +
    PROBE_GB_SECONDS * 1_000_000 * PRICES.lambdaPerGbSecond;
  const probes = millions * perMillion;
  return { zone, healthChecks, probes, total: zone + healthChecks + probes };
}

/** What the stage costs before anybody uses it. */
export function checkCost(place: StagePlace): Finding {
  const { zone, healthChecks, probes, total } = idleCostOf(place);
  const found = { check: 'cost', stage: place.stage, level: 'note' } as const;
  const uncounted =
    'Not counted: requests, what is stored, logs, traffic between regions, tax and free tiers.';
  if (total === 0) {
    return {
      ...found,
      what: 'Idle it costs nothing by the hour or month',
      why: `Every part is billed by use. ${uncounted}`,
    };
  }
  return {
    ...found,
    what: `About $${total.toFixed(2)} a month while nobody calls it (prices of ${PRICES.asOf})`,
    why: `Zone $${zone.toFixed(2)}, health checks $${healthChecks.toFixed(2)}, their probes through the API $${probes.toFixed(2)}. ${uncounted}`,
  };
}
