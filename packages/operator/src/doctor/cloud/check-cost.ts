import type { StageTarget } from '../../cloud/stage-target.ts';
import { DURATION_MS } from '../../cost/assumptions.ts';
import { calculateBill } from '../../cost/calculate-bill.ts';
import { GLOBAL } from '../../cost/price-items.ts';
import { PRICES_AS_OF } from '../../cost/prices.ts';
import { probesPerMonth } from '../../cost/probes.ts';
import type { CheckResult } from '../check-result.ts';

/** What a probe is reckoned to hold a function of 512 MB for. */
const PROBE_GB_SECONDS = (0.5 * DURATION_MS) / 1_000;

/** What Route 53 costs a stage in a month in which nobody calls it, by part, in US dollars. */
interface IdleCost {
  readonly zone: number;
  readonly healthChecks: number;
  /** The checks' own requests, through API and function. */
  readonly probes: number;
  readonly total: number;
}

/** The estimate, as exact as its prices: it is for deciding whether to go on, not for a budget. */
export function idleCostOf(target: Pick<StageTarget, 'domain' | 'regions' | 'settings'>): IdleCost {
  const { intervalSeconds, checkerRegions } = target.settings.routing.healthCheck;
  const { endpoint, total: checks } = healthChecksOf(target);
  const usdOf = (...uses: Parameters<typeof calculateBill>[0]) => calculateBill(uses).totalUsd;
  const zone = usdOf({ region: GLOBAL, quantities: { hostedZones: target.domain === null ? 0 : 1 } });
  // HTTPS is an option of each check that asks, the interval of 10 seconds another.
  const healthCheckOptions = endpoint * (intervalSeconds === 10 ? 2 : 1);
  const healthChecks = usdOf({ region: GLOBAL, quantities: { healthChecks: checks, healthCheckOptions } });
  const check = { intervalSeconds, checkerRegions: checkerRegions.length };
  const asked = probesPerMonth(Array.from({ length: endpoint }, () => check)) / target.regions.length;
  const quantities = {
    ...{ httpApiRequests: asked, lambdaRequests: asked, lambdaGbSeconds: asked * PROBE_GB_SECONDS },
  };
  const probes = usdOf(...target.regions.map((region) => ({ region, quantities })));
  return { zone, healthChecks, probes, total: zone + healthChecks + probes };
}

/** What the stage's name and health checks cost before anybody uses it. */
export function checkCost(target: StageTarget): CheckResult {
  const { zone, healthChecks, probes, total } = idleCostOf(target);
  const found = { check: 'cost', stage: target.stage, level: 'note' } as const;
  const uncounted =
    'Not counted: metrics and alarms, the heartbeat, requests, what is stored, logs, traffic between regions, tax and ' +
    'free tiers; npm run cost reads the templates and counts them.';
  if (total === 0) {
    return {
      ...found,
      what: 'Without a domain it has no health checks: idle they cost nothing',
      why: uncounted,
    };
  }
  return {
    ...found,
    what: `Health checks cost about $${total.toFixed(2)} a month while nobody calls it (prices of ${PRICES_AS_OF})`,
    why: `Zone $${zone.toFixed(2)}, health checks $${healthChecks.toFixed(2)}, their probes through the API $${probes.toFixed(2)}. ${uncounted}`,
  };
}

/** Health checks that Route 53 has for a stage. */
interface HealthChecks {
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
