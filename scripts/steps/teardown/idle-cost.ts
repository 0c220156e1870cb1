/** What a resource costs while nobody uses it. */
export interface IdleCost {
  readonly isBillable: boolean;
  /** In kind, or in US dollars where AWS has one price for all regions. */
  readonly costs: string;
}

const FREE: IdleCost = { isBillable: false, costs: 'nothing while idle' };

/** By `service:type` of the ARN, or by service alone. Prices: each service's pricing page, us-east-1. */
const COSTS: Readonly<Record<string, IdleCost>> = {
  'dynamodb:table': { isBillable: true, costs: 'storage of its items' },
  'logs:log-group': { isBillable: true, costs: 'storage of its events, until they expire' },
  'route53:hostedzone': { isBillable: true, costs: '$0.50 a month' },
  'route53:healthcheck': { isBillable: true, costs: '$0.50 a month or more' },
  'cloudwatch:alarm': { isBillable: true, costs: '$0.10 a month' },
  'cloudwatch:dashboard': { isBillable: true, costs: '$3 a month beyond the third' },
  'kms:key': { isBillable: true, costs: '$1 a month' },
  'wafv2:global': { isBillable: true, costs: '$5 a month and $1 for each rule' },
  'wafv2:regional': { isBillable: true, costs: '$5 a month and $1 for each rule' },
  secretsmanager: { isBillable: true, costs: '$0.40 a month' },
  s3: { isBillable: true, costs: 'storage of its objects' },
  acm: FREE,
  apigateway: FREE,
  budgets: FREE,
  cloudformation: FREE,
  cloudfront: FREE,
  events: FREE,
  iam: FREE,
  lambda: FREE,
  sns: FREE,
  sqs: FREE,
  ssm: FREE,
};

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
  const { service, type } = arnParts(arn);
  return COSTS[`${service}:${type}`] ?? COSTS[service] ?? UNKNOWN;
}
