import type { Item } from '../cost/price-items.ts';
import { priceOf } from '../cost/prices.ts';

/** What a resource costs while nobody uses it. */
export interface IdleCost {
  readonly isBillable: boolean;
  /** In kind, or in US dollars where AWS has one price for all regions. */
  readonly costs: string;
}

/** In kind; where AWS has a price by the month, that of the resource's Region. */
type Costs = string | ((monthlyUsd: (item: Item) => string) => string);

/** By `service:type` of the ARN, or by service alone. */
const COSTS: Readonly<Record<string, Costs>> = {
  'dynamodb:table': 'storage of its items',
  'logs:log-group': 'storage of its events, until they expire',
  'route53:hostedzone': (usd) => `${usd('hostedZones')} a month`,
  'route53:healthcheck': (usd) => `${usd('healthChecks')} a month or more`,
  'cloudwatch:alarm': (usd) => `${usd('alarmMetrics')} a month`,
  'cloudwatch:dashboard': (usd) => `${usd('dashboards')} a month beyond the third`,
  'kms:key': (usd) => `${usd('keys')} a month`,
  'wafv2:global': webAclCosts,
  'wafv2:regional': webAclCosts,
  secretsmanager: (usd) => `${usd('secrets')} a month`,
  s3: 'storage of its objects',
};

/** Services of which nothing is paid for that is not used. */
const FREE_SERVICES = new Set([
  ...['acm', 'apigateway', 'budgets', 'cloudformation', 'cloudfront', 'events', 'fis', 'iam', 'lambda'],
  ...['sns', 'sqs', 'ssm'],
]);

const FREE: IdleCost = { isBillable: false, costs: 'nothing while idle' };

function webAclCosts(usd: (item: Item) => string): string {
  return `${usd('webAcls')} a month and ${usd('wafRules')} for each rule`;
}

/** What is not known here may cost something: somebody has to look. */
const UNKNOWN: IdleCost = { isBillable: true, costs: 'unknown: look at it' };

/**
 * The service and type in an ARN, such as `dynamodb` and `table`.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
export function arnParts(arn: string): { service: string; region: string; type: string; name: string } {
  const [, , service = '', region = '', , ...rest] = arn.split(':');
  const resource = rest.join(':');
  const [, type = '', name = ''] = /^\/?([^/:]*)[/:]?(.*)$/.exec(resource) ?? [];
  return { service, region, type, name };
}

/** What the resource of that ARN costs while it is idle. */
export function idleCost(arn: string): IdleCost {
  const { service, region, type } = arnParts(arn);
  if (FREE_SERVICES.has(service)) return FREE;
  const costs = COSTS[`${service}:${type}`] ?? COSTS[service];
  if (costs === undefined) return UNKNOWN;
  const usd = (item: Item) => dollars(priceOf(item, region).usd);
  return { isBillable: true, costs: typeof costs === 'string' ? costs : costs(usd) };
}

function dollars(usd: number): string {
  return `$${Number.isInteger(usd) ? usd : usd.toFixed(2)}`;
}
