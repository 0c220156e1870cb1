import { type GlobalItem, type Item, isGlobalItem, type RegionalItem } from './price-items.ts';

/** One price of AWS, in US dollars, without tax and free tiers, of the first tier. */
export interface Price {
  readonly usd: number;
  /** Where it was read, and as of when. */
  readonly source: string;
  /** Whether somebody read it in AWS's price list; false: quoted by others, from memory, or of another Region. */
  readonly isVerified: boolean;
}

/** When they were gathered. AWS changes prices without telling this file. */
export const PRICES_AS_OF = 'November 2026';

const IRELAND = 'AWS price list of eu-west-1, published 2026-10-01';
const IRELAND_DYNAMODB = 'AWS price list of eu-west-1, read 2026-09-11';
const FRANKFURT = 'AWS price list of eu-central-1, read 2026-09-11';
const ROUTE53 = 'https://aws.amazon.com/route53/pricing/, as quoted 2026-09-16';
const WAF = 'https://aws.amazon.com/waf/pricing/, as quoted by others';
const CLOUDFRONT = 'https://aws.amazon.com/cloudfront/pricing/, not verified';
const MEMORY = 'not verified';

const read = (usd: number, source: string): Price => ({ usd, source, isVerified: true });
const believed = (usd: number, source = MEMORY): Price => ({ usd, source, isVerified: false });

const PRICES: Readonly<Record<string, Readonly<Record<RegionalItem, Price>>>> = {
  'eu-west-1': {
    lambdaRequests: read(0.2 / 1e6, IRELAND),
    lambdaGbSeconds: read(0.0000133334, IRELAND),
    httpApiRequests: read(1.11 / 1e6, IRELAND),
    writeUnits: read(0.705 / 1e6, IRELAND_DYNAMODB),
    readUnits: read(0.1415 / 1e6, IRELAND_DYNAMODB),
    storageGb: read(0.283, IRELAND_DYNAMODB),
    recoveryGb: read(0.22, IRELAND_DYNAMODB),
    logIngestGb: read(0.57, IRELAND),
    logStorageGb: read(0.03, IRELAND),
    alarmMetrics: read(0.1, IRELAND),
    compositeAlarms: believed(0.5),
    customMetrics: read(0.3, IRELAND),
    dashboards: believed(3),
    secrets: read(0.4, IRELAND),
    secretCalls: read(0.05 / 1e4, IRELAND),
    keys: believed(1),
    bucketLists: read(0.005 / 1e3, IRELAND),
    internetGb: read(0.09, IRELAND),
    interRegionGb: believed(0.02),
    experimentMinutes: believed(0.1),
  },
  'eu-central-1': {
    lambdaRequests: read(0.2 / 1e6, FRANKFURT),
    lambdaGbSeconds: read(0.0000133334, FRANKFURT),
    httpApiRequests: believed(1.2 / 1e6),
    writeUnits: read(0.7625 / 1e6, FRANKFURT),
    readUnits: read(0.1525 / 1e6, FRANKFURT),
    storageGb: read(0.306, FRANKFURT),
    recoveryGb: read(0.2448, FRANKFURT),
    logIngestGb: read(0.63, FRANKFURT),
    logStorageGb: read(0.0324, FRANKFURT),
    alarmMetrics: read(0.1, FRANKFURT),
    compositeAlarms: believed(0.5),
    customMetrics: believed(0.3),
    dashboards: believed(3),
    secrets: believed(0.4),
    secretCalls: believed(0.05 / 1e4),
    keys: believed(1),
    bucketLists: believed(0.0054 / 1e3),
    internetGb: believed(0.09),
    interRegionGb: believed(0.02),
    experimentMinutes: believed(0.1),
  },
};

/** One price everywhere. A health check is one of an endpoint in AWS, or a calculated one, which costs the same. */
const GLOBAL_PRICES: Readonly<Record<GlobalItem, Price>> = {
  hostedZones: believed(0.5, ROUTE53),
  healthChecks: believed(0.5, ROUTE53),
  healthCheckOptions: believed(1, ROUTE53),
  edgeRequests: believed(1.2 / 1e6, CLOUDFRONT),
  edgeGb: believed(0.085, CLOUDFRONT),
  webAcls: believed(5, WAF),
  wafRules: believed(1, WAF),
  wafRequests: believed(0.6 / 1e6, WAF),
};

/** Regions that have prices of their own here. */
export const PRICED_REGIONS: readonly string[] = Object.keys(PRICES);

/**
 * The price of an item in a Region. One that is not in {@link PRICED_REGIONS} is given the dearest of theirs, which
 * counts as not verified: an estimate may rather be too high.
 */
export function priceOf(item: Item, region: string): Price {
  if (isGlobalItem(item)) return GLOBAL_PRICES[item];
  const own = PRICES[region];
  return own === undefined ? dearest(item) : own[item];
}

function dearest(item: RegionalItem): Price {
  const all = Object.values(PRICES).map((prices) => prices[item]);
  const price = all.reduce((most, each) => (each.usd > most.usd ? each : most));
  const source = `${price.source}; the dearest of ${PRICED_REGIONS.join(', ')}`;
  return { ...price, isVerified: false, source };
}
