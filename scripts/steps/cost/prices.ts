/** One price of AWS, in US dollars, without tax and free tiers. */
export interface Price {
  readonly usd: number;
  /** Where it was read, and as of when. */
  readonly source: string;
  /** Whether somebody read it in AWS's price list; false: from memory, a page of another's, or another Region. */
  readonly isVerified: boolean;
}

const IRELAND = 'AWS price list of eu-west-1, published 2026-10-01';
const IRELAND_DYNAMODB = 'AWS price list of eu-west-1, read 2026-09-11';
const FRANKFURT = 'AWS price list of eu-central-1, read 2026-09-11';
const ROUTE53 = 'https://aws.amazon.com/route53/pricing/, as quoted 2026-09-16';
const MEMORY = 'not looked up';

const read = (usd: number, source: string): Price => ({ usd, source, isVerified: true });
const believed = (usd: number, source = MEMORY): Price => ({ usd, source, isVerified: false });

/** What is billed: its service, what a person calls it, and of what the price is for one. */
export const ITEMS = {
  lambdaRequests: { service: 'Lambda', what: 'requests', per: 'request' },
  lambdaGbSeconds: { service: 'Lambda', what: 'GB-seconds, arm64', per: 'GB-second' },
  httpApiRequests: { service: 'API Gateway', what: 'HTTP API requests', per: 'request' },
  writeUnits: { service: 'DynamoDB', what: 'write request units', per: 'unit' },
  readUnits: { service: 'DynamoDB', what: 'read request units', per: 'unit' },
  storageGb: { service: 'DynamoDB', what: 'storage', per: 'GB-month' },
  recoveryGb: { service: 'DynamoDB', what: 'point-in-time recovery', per: 'GB-month' },
  logIngestGb: { service: 'CloudWatch', what: 'logs taken in', per: 'GB' },
  logStorageGb: { service: 'CloudWatch', what: 'logs kept', per: 'GB-month' },
  alarmMetrics: { service: 'CloudWatch', what: 'metrics in alarms', per: 'month' },
  compositeAlarms: { service: 'CloudWatch', what: 'composite alarms', per: 'month' },
  customMetrics: { service: 'CloudWatch', what: 'custom metrics', per: 'month' },
  dashboards: { service: 'CloudWatch', what: 'dashboards', per: 'month' },
  hostedZones: { service: 'Route 53', what: 'hosted zones', per: 'month' },
  healthChecks: { service: 'Route 53', what: 'health checks', per: 'month' },
  healthCheckOptions: { service: 'Route 53', what: 'options of health checks', per: 'month' },
} as const;

/** Name of something that is billed. */
export type Item = keyof typeof ITEMS;

type PriceList = Readonly<Record<Item, Price>>;

/** Same in all Regions: Route 53 is global. */
const ROUTE53_PRICES = {
  hostedZones: believed(0.5, ROUTE53),
  healthChecks: believed(0.5, ROUTE53),
  healthCheckOptions: believed(1, ROUTE53),
};

const PRICES: Readonly<Record<string, PriceList>> = {
  'eu-west-1': {
    ...ROUTE53_PRICES,
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
  },
  'eu-central-1': {
    ...ROUTE53_PRICES,
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
  },
};

/** The Region whose prices stand in for one that is not in the table. */
export const FALLBACK_REGION = 'eu-west-1';

/** The Region whose prices are taken for `region`: its own, or {@link FALLBACK_REGION}. */
export function pricedAs(region: string): string {
  return Object.hasOwn(PRICES, region) ? region : FALLBACK_REGION;
}

/** The price of an item in a Region; of another Region it counts as not verified. */
export function priceOf(item: Item, region: string): Price {
  const taken = pricedAs(region);
  const price = PRICES[taken]?.[item];
  if (price === undefined)
    throw new Error(`Cannot price ${item}: ${taken} has no price for it, one is needed`);
  return taken === region ? price : { ...price, isVerified: false, source: `${price.source}; of ${taken}` };
}
