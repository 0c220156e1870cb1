import {
  ANSWER_BYTES,
  DAYS_PER_MONTH,
  DURATION_MS,
  GB,
  LOG_BYTES,
  METRICS_PER_ROUTE,
  REQUESTS_PER_TOKEN,
  ROUTES_IN_USE,
  SECONDS_PER_MONTH,
} from './assumptions.ts';
import type { Quantities, RegionUse } from './calculate-bill.ts';
import type { Inventory, RegionInventory } from './take-inventory.ts';

/** What the platform is taken to be used for in a month. */
export interface Traffic {
  readonly requests: number;
  /** 0..1; a write is one new item. */
  readonly writeShare: number;
  readonly itemBytes: number;
  /** Reads of one item are strongly consistent, lists are not. */
  readonly isStrong: boolean;
  /** Indexes that an item is in; each keeps a copy of it. @default 0 */
  readonly indexes?: number;
  /** How long an item lives. */
  readonly retentionDays: number;
  readonly share: 'even' | 'primary';
  /** Minutes of experiments of AWS Fault Injection Service, times their actions. @default 0 */
  readonly experimentMinutes?: number;
}

/** What one Region has of the traffic. */
interface RegionTraffic extends Traffic {
  /** 0..1 of the requests. */
  readonly part: number;
  /** How many Regions a write is made in. */
  readonly replicas: number;
}

/** What ordinary traffic uses. A write is billed in every Region, a read in the one that answers it. */
export function requestUse(inventory: Inventory, traffic: Traffic): RegionUse[] {
  const { regions } = inventory;
  return regions.flatMap((region, index) => {
    const part = traffic.share === 'even' ? 1 / regions.length : index === 0 ? 1 : 0;
    const own = { ...traffic, part, replicas: regions.length };
    return [answerUse(region, own), tableUse(region, own), transferUse(inventory, own), tokenUse(region, own)]
      .concat(metricUse(region, own), inventory.expires ? expiryUse(region, own) : [])
      .map((quantities) => ({ region: region.region, quantities }));
  });
}

function answerUse({ functions, logRetentionDays }: RegionInventory, { requests, part }: RegionTraffic) {
  const calls = requests * part;
  const logBytes = LOG_BYTES.access + LOG_BYTES.lambda + LOG_BYTES.line;
  const { memoryMb } = functions.api;
  return { ...callUse({ calls, memoryMb, logBytes, logRetentionDays }), httpApiRequests: calls };
}

function tableUse({ canRecover }: RegionInventory, traffic: RegionTraffic): Quantities {
  const { requests, writeShare, itemBytes, indexes = 0, isStrong, retentionDays, part } = traffic;
  const writes = requests * writeShare;
  const storageGb = (writes * itemBytes * (retentionDays / DAYS_PER_MONTH)) / GB;
  const reads = requests * (1 - writeShare) * part;
  // Whether the Region is evacuated, at most once in five seconds.
  const glances = Math.min(requests * part, SECONDS_PER_MONTH / 5);
  return {
    writeUnits: writes * Math.ceil(itemBytes / 1_024) * (1 + indexes),
    readUnits: reads * Math.ceil(itemBytes / 4_096) * (isStrong ? 1 : 0.5) + 0.5 * glances,
    storageGb: storageGb * (1 + indexes),
    // Of the table alone: a restore builds indexes anew.
    recoveryGb: canRecover ? storageGb : 0,
  };
}

/** From a Region to CloudFront AWS takes nothing; from there it does. */
function transferUse({ hasDistribution }: Inventory, traffic: RegionTraffic): Quantities {
  const { requests, writeShare, itemBytes, part, replicas } = traffic;
  const writes = requests * part * writeShare;
  // An answer to a write holds the item as well.
  const answeredGb = (requests * part * (itemBytes + ANSWER_BYTES)) / GB;
  return {
    ...(hasDistribution ? { edgeGb: answeredGb } : { internetGb: answeredGb }),
    interRegionGb: (writes * itemBytes * (replicas - 1)) / GB,
  };
}

function tokenUse(region: RegionInventory, { requests, part }: RegionTraffic): Quantities {
  if (!region.hasTokenFunction) return {};
  const { functions, logRetentionDays } = region;
  const calls = (requests * part) / REQUESTS_PER_TOKEN;
  const { memoryMb } = functions.authorizer;
  return callUse({ calls, memoryMb, logBytes: LOG_BYTES.lambda, logRetentionDays });
}

/** Metrics that traffic alone writes, in full however little there is: AWS bills each hour in which one is written. */
function metricUse({ hasRouteMetrics }: RegionInventory, { requests, part }: RegionTraffic): Quantities {
  if (requests * part === 0) return {};
  // Requests and Latency.
  return { customMetrics: 2 + (hasRouteMetrics ? METRICS_PER_ROUTE * ROUTES_IN_USE : 0) };
}

/**
 * What the expiry of items uses. The Region that finds an item expired removes it for nothing; to each other one that is
 * a replicated write. And what another Region has removed, the consumer of the stream looks at where it was written: one
 * at a time, as long as there are few.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
function expiryUse(region: RegionInventory, traffic: RegionTraffic): Quantities {
  const { requests, writeShare, itemBytes, indexes = 0, part, replicas } = traffic;
  const elsewhere = (replicas - 1) / replicas;
  const removals = requests * writeShare * elsewhere;
  const { functions, logRetentionDays } = region;
  const calls = region.hasStreamConsumer ? removals * part : 0;
  const { memoryMb } = functions.conflicts;
  return {
    ...callUse({ calls, memoryMb, logBytes: LOG_BYTES.lambda, logRetentionDays }),
    writeUnits: removals * Math.ceil(itemBytes / 1_024) * (1 + indexes),
  };
}

/** Calls of one function in a month. */
export interface Calls {
  readonly calls: number;
  readonly memoryMb: number;
  /** @default 25 */
  readonly durationMs?: number;
  /** What each adds to the logs. */
  readonly logBytes: number;
  readonly logRetentionDays: number;
}

/** What calls of a function use: Lambda's two prices, and logs taken in and kept. */
export function callUse({
  calls,
  memoryMb,
  durationMs = DURATION_MS,
  logBytes,
  logRetentionDays,
}: Calls): Quantities {
  const logs = (calls * logBytes) / GB;
  return {
    lambdaRequests: calls,
    lambdaGbSeconds: (calls * durationMs * memoryMb) / 1_000 / 1_024,
    logIngestGb: logs,
    logStorageGb: (logs * logRetentionDays) / DAYS_PER_MONTH,
  };
}
