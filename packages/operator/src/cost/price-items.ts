/** What is billed in each Region by itself: its service, what a person calls it, and of what the price is for one. */
export const REGIONAL_ITEMS = {
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
  customMetrics: { service: 'CloudWatch', what: 'custom and detailed metrics', per: 'month' },
  dashboards: { service: 'CloudWatch', what: 'dashboards', per: 'month' },
  secrets: { service: 'Secrets Manager', what: 'secrets and replicas', per: 'month' },
  secretCalls: { service: 'Secrets Manager', what: 'calls', per: 'call' },
  keys: { service: 'KMS', what: 'customer keys', per: 'month' },
  bucketLists: { service: 'S3', what: 'PUT and LIST requests', per: 'request' },
  internetGb: { service: 'Data transfer', what: 'to the internet', per: 'GB' },
  interRegionGb: { service: 'Data transfer', what: 'to other Regions', per: 'GB' },
  experimentMinutes: { service: 'FIS', what: 'action-minutes', per: 'minute' },
} as const;

/** What is billed once for the account, wherever it was made. */
export const GLOBAL_ITEMS = {
  hostedZones: { service: 'Route 53', what: 'hosted zones', per: 'month' },
  healthChecks: { service: 'Route 53', what: 'health checks', per: 'month' },
  healthCheckOptions: { service: 'Route 53', what: 'options of health checks', per: 'month' },
  edgeRequests: { service: 'CloudFront', what: 'HTTPS requests', per: 'request' },
  edgeGb: { service: 'CloudFront', what: 'to the internet', per: 'GB' },
  webAcls: { service: 'WAF', what: 'web ACLs', per: 'month' },
  wafRules: { service: 'WAF', what: 'rules and rule groups', per: 'month' },
  wafRequests: { service: 'WAF', what: 'requests inspected', per: 'request' },
} as const;

/** Everything that a bill may list, in its order. */
export const ITEMS = { ...REGIONAL_ITEMS, ...GLOBAL_ITEMS } as const;

/** Name of something that each Region has a price for. */
export type RegionalItem = keyof typeof REGIONAL_ITEMS;

/** Name of something that has one price. */
export type GlobalItem = keyof typeof GLOBAL_ITEMS;

/** Name of something that is billed. */
export type Item = RegionalItem | GlobalItem;

/** Where a bill lists what is not one Region's. */
export const GLOBAL = 'global';

/** Whether it has one price everywhere. */
export function isGlobalItem(item: Item): item is GlobalItem {
  return Object.hasOwn(GLOBAL_ITEMS, item);
}

/** The names of all items, in the order of a bill. */
export const ITEM_NAMES: readonly Item[] = Object.keys(ITEMS).filter((name): name is Item =>
  Object.hasOwn(ITEMS, name),
);
