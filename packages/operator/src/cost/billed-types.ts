import { isRecord } from '@gsp/twin';
import type { Quantities, RegionUse } from './calculate-bill.ts';
import { GLOBAL } from './price-items.ts';
import type { PlacedResource } from './read-resources.ts';

/** How AWS bills a resource of some type. */
export type BilledAs =
  /** By the month, whether anybody uses it or not. */
  | { readonly kind: 'standing'; readonly useOf: (resource: PlacedResource) => RegionUse[] }
  /** By use, which the estimate counts where it counts requests, probes, heartbeats. */
  | { readonly kind: 'use' }
  /** Not at all, or, as `why` says, so little or so seldom that it is left out. */
  | { readonly kind: 'free'; readonly why: string };

const byUse: BilledAs = { kind: 'use' };
const free = (why: string): BilledAs => ({ kind: 'free', why });
const part = free('billed as what it belongs to');
const access = free('AWS takes nothing for rights');

/** So many of something in the resource's own Region, or the account's. */
function standing(quantitiesOf: (properties: PlacedResource['properties']) => Quantities): BilledAs {
  return {
    kind: 'standing',
    useOf: ({ region, properties }) => [{ region, quantities: quantitiesOf(properties) }],
  };
}

/** One in the resource's own Region, and one in each to which it is copied. */
function replicated(item: 'secrets' | 'keys', property: string): BilledAs {
  return {
    kind: 'standing',
    useOf: ({ region, properties }) =>
      [region, ...recordsIn(properties[property]).map((copy) => String(copy.Region))].map((place) => ({
        region: place,
        quantities: { [item]: 1 },
      })),
  };
}

/** Every type that a stage's templates may hold, and how it is billed. What is missing here is told as not priced. */
const BILLED_TYPES: Readonly<Record<string, BilledAs>> = {
  'AWS::ApiGatewayV2::Api': byUse,
  'AWS::ApiGatewayV2::ApiMapping': part,
  'AWS::ApiGatewayV2::Authorizer': byUse,
  'AWS::ApiGatewayV2::DomainName': part,
  'AWS::ApiGatewayV2::Integration': part,
  'AWS::ApiGatewayV2::Route': part,
  'AWS::ApiGatewayV2::Stage': byUse,
  'AWS::Budgets::Budget': free('budgets without actions'),
  'AWS::CDK::Metadata': part,
  'AWS::CertificateManager::Certificate': free('public certificates'),
  'AWS::CloudFormation::CustomResource': free('a few calls of a function in each deployment'),
  'AWS::CloudFormation::Stack': free('resources of AWS'),
  'AWS::CloudFront::CachePolicy': part,
  'AWS::CloudFront::Distribution': byUse,
  'AWS::CloudFront::OriginRequestPolicy': part,
  'AWS::CloudFront::ResponseHeadersPolicy': part,
  'AWS::CloudWatch::Alarm': standing(({ Metrics }) => ({ alarmMetrics: metricsIn(Metrics) })),
  'AWS::CloudWatch::CompositeAlarm': standing(() => ({ compositeAlarms: 1 })),
  'AWS::CloudWatch::Dashboard': standing(() => ({ dashboards: 1 })),
  'AWS::DynamoDB::GlobalTable': byUse,
  'AWS::Events::Rule': free('rules by the clock on the default bus; what they call is counted'),
  'AWS::FIS::ExperimentTemplate': byUse,
  'AWS::IAM::ManagedPolicy': access,
  'AWS::IAM::Policy': access,
  'AWS::IAM::Role': access,
  'AWS::KMS::Alias': part,
  'AWS::KMS::Key': replicated('keys', 'Replicas'),
  'AWS::KMS::ReplicaKey': standing(() => ({ keys: 1 })),
  'AWS::Lambda::EventInvokeConfig': part,
  'AWS::Lambda::EventSourceMapping': byUse,
  'AWS::Lambda::Function': byUse,
  'AWS::Lambda::LayerVersion': part,
  'AWS::Lambda::Permission': access,
  'AWS::Logs::LogGroup': byUse,
  'AWS::Logs::QueryDefinition': free('kept for nothing; a query run by hand costs what it scans'),
  'AWS::Route53::HealthCheck': standing(({ HealthCheckConfig }) => healthCheck(HealthCheckConfig)),
  'AWS::Route53::HostedZone': standing(() => ({ hostedZones: 1 })),
  'AWS::Route53::RecordSet': free('queries of aliases of API Gateway and CloudFront'),
  'AWS::Route53::RecordSetGroup': free('queries of aliases of API Gateway and CloudFront'),
  'AWS::S3::Bucket': byUse,
  'AWS::S3::BucketPolicy': access,
  'AWS::SNS::Subscription': part,
  'AWS::SNS::Topic': free('$2 for 100,000 e-mails: what alarms tell is less than a cent'),
  'AWS::SNS::TopicPolicy': access,
  'AWS::SQS::Queue': free(
    '$0.40 for a million requests: it takes batches that were given up, and nothing polls it',
  ),
  'AWS::SQS::QueuePolicy': access,
  'AWS::SSM::Parameter': free('standard parameters'),
  'AWS::SecretsManager::ResourcePolicy': access,
  'AWS::SecretsManager::Secret': replicated('secrets', 'ReplicaRegions'),
  'AWS::WAFv2::WebACL': standing(({ Rules }) => ({ webAcls: 1, wafRules: recordsIn(Rules).length })),
  'AWS::WAFv2::WebACLAssociation': part,
};

/** How resources of that type are billed; undefined where nobody has said so. */
export function billedAs(type: string): BilledAs | undefined {
  if (type.startsWith('Custom::')) return BILLED_TYPES['AWS::CloudFormation::CustomResource'];
  return Object.hasOwn(BILLED_TYPES, type) ? BILLED_TYPES[type] : undefined;
}

/** What those resources cost by the month. A zone that they have records in, and do not make, is there all the same. */
export function standingUse(resources: readonly PlacedResource[]): RegionUse[] {
  const uses = resources.flatMap((resource) => {
    const billed = billedAs(resource.type);
    return billed?.kind === 'standing' ? billed.useOf(resource) : [];
  });
  const has = (type: string) => resources.some((resource) => resource.type === type);
  const borrowsZone = has('AWS::Route53::RecordSet') && !has('AWS::Route53::HostedZone');
  return borrowsZone ? [...uses, { region: GLOBAL, quantities: { hostedZones: 1 } }] : uses;
}

/** The objects in a list of a template; nothing where it is no list. */
export function recordsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  const all: unknown[] = Array.isArray(value) ? value : [];
  return all.filter(isRecord);
}

/** An alarm is billed for each metric that it looks at, metric math for each of its parts. */
function metricsIn(metrics: unknown): number {
  if (!Array.isArray(metrics)) return 1;
  return recordsIn(metrics).filter(({ MetricStat }) => MetricStat !== undefined).length;
}

/** HTTPS, the interval of 10 seconds, string matching and latency are options: each is billed. */
function healthCheck(config: unknown): Quantities {
  const { Type, RequestInterval, MeasureLatency } = isRecord(config) ? config : {};
  const type = String(Type);
  const options = [
    type.startsWith('HTTPS'),
    type.endsWith('STR_MATCH'),
    RequestInterval === 10,
    MeasureLatency === true,
  ];
  return { healthChecks: 1, healthCheckOptions: options.filter(Boolean).length };
}
