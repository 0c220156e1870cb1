import type { RegionUse } from './calculate-bill.ts';
import type { Inventory } from './read-inventory.ts';

/** What the platform is taken to be used for in a month. */
export interface Traffic {
  readonly requests: number;
  /** 0..1. */
  readonly writeShare: number;
  readonly itemBytes: number;
  readonly isStrong: boolean;
  /** How long an item lives. */
  readonly retentionDays: number;
  readonly share: 'even' | 'primary';
}

/** What a request is taken to hold its function for; a warm one's, as in a small Node.js function. */
export const DURATION_MS = 25;
/** What the access log and the function's log are taken to hold of one request. */
export const LOG_BYTES = 1_024;

const GB = 1024 ** 3;
const DAYS_PER_MONTH = 365 / 12;
const HOURS_PER_MONTH = 730;

/**
 * Requests in an hour that one check sends from all eight Regions of checkers. 30 s: about one in 2 seconds, so 15
 * checkers; 10 s: more than one a second, 60 to 70 a minute.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 * @see https://aws.amazon.com/blogs/aws/route-53-health-check-improvements-faster-interval-and-configurable-failover/
 */
const PROBES_PER_HOUR = { slow: 1_800, fast: 3_900 };

/** Requests in a month that a stage's health checks send. */
export function probesPerMonth(checks: Inventory['endpointChecks']): number {
  return checks.reduce((sum, { intervalSeconds, checkerRegions }) => {
    const perHour = intervalSeconds === 10 ? PROBES_PER_HOUR.fast : PROBES_PER_HOUR.slow;
    return sum + perHour * (checkerRegions / 8) * HOURS_PER_MONTH;
  }, 0);
}

/**
 * How much of what each Region uses in a month: the first is the primary. A write is billed in every Region. Probes are
 * requests like any other, shared evenly: each Region is asked by its own check and by its peers'.
 */
export function estimateUse(inventories: readonly Inventory[], traffic: Traffic): RegionUse[] {
  const { requests, writeShare, itemBytes, isStrong, retentionDays, share } = traffic;
  const writes = requests * writeShare;
  const probes =
    probesPerMonth(inventories.flatMap(({ endpointChecks }) => endpointChecks)) / inventories.length;
  const storageGb = (writes * itemBytes * (retentionDays / DAYS_PER_MONTH)) / GB;
  const recovery = new Set(inventories.flatMap(({ recoveryRegions }) => recoveryRegions));
  return inventories.map((inventory, index) => {
    const part = share === 'even' ? 1 / inventories.length : index === 0 ? 1 : 0;
    const answered = requests * part + probes;
    const logs = (answered * LOG_BYTES) / GB;
    const peers = inventory.hasHeartbeat ? inventories.length - 1 : 0;
    return {
      region: inventory.region,
      quantities: {
        ...standing(inventory),
        lambdaRequests: answered,
        lambdaGbSeconds: (answered * DURATION_MS * inventory.memoryMb) / 1_000 / 1_024,
        httpApiRequests: answered,
        writeUnits: writes * Math.ceil(itemBytes / 1_024),
        readUnits: requests * (1 - writeShare) * part * Math.ceil(itemBytes / 4_096) * (isStrong ? 1 : 0.5),
        storageGb,
        recoveryGb: recovery.has(inventory.region) ? storageGb : 0,
        logIngestGb: logs,
        logStorageGb: (logs * inventory.logRetentionDays) / DAYS_PER_MONTH,
        // Lag and age for each peer, written whether anybody calls or not.
        customMetrics: 2 * peers,
      },
    };
  });
}

function standing(inventory: Inventory): RegionUse['quantities'] {
  const { endpointChecks, calculatedChecks } = inventory;
  const fast = endpointChecks.filter(({ intervalSeconds }) => intervalSeconds === 10).length;
  return {
    alarmMetrics: inventory.alarmMetrics,
    compositeAlarms: inventory.compositeAlarms,
    dashboards: inventory.dashboards,
    hostedZones: inventory.hostedZones,
    healthChecks: endpointChecks.length + calculatedChecks,
    // HTTPS is an option of each, the interval of 10 seconds another.
    healthCheckOptions: endpointChecks.length + fast,
  };
}
