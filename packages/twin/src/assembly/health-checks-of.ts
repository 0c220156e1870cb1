import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { isRecord } from '../json-value.ts';
import type {
  CalculatedCheckDefinition,
  EndpointCheckDefinition,
  HealthCheckDefinition,
} from '../route53/route53-definition.ts';
import { cfnBoolean, cfnNumber, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { fail } from './intrinsics.ts';
import type { NotEmulatedList } from './resolved-region.ts';

/** The resource type that becomes a health check. */
export const CHECK_TYPE = 'AWS::Route53::HealthCheck';

/**
 * The regions from which Route 53 asks an endpoint, all of them where a template names none.
 * https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export const CHECKER_REGIONS = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

const PROTOCOLS: Readonly<Record<string, EndpointCheckDefinition['protocol']>> = {
  HTTP: 'HTTP',
  HTTPS: 'HTTPS',
  HTTP_STR_MATCH: 'HTTP',
  HTTPS_STR_MATCH: 'HTTPS',
  TCP: 'TCP',
};
const DEFAULT_PORTS = { HTTP: 80, HTTPS: 443, TCP: undefined } as const;

const wholeNumber = (min: number, max: number) => cfnNumber.pipe(z.number().int().min(min).max(max));
const properties = z.object({
  HealthCheckConfig: z.object({
    Type: z.string(),
    ChildHealthChecks: z.array(z.string()).optional(),
    Disabled: cfnBoolean.default(false),
    FailureThreshold: wholeNumber(1, 10).default(3),
    FullyQualifiedDomainName: z.string().optional(),
    HealthThreshold: wholeNumber(0, 256).optional(),
    IPAddress: z.string().optional(),
    Inverted: cfnBoolean.default(false),
    Port: wholeNumber(1, 65_535).optional(),
    Regions: z.array(z.enum(CHECKER_REGIONS)).min(3).optional(),
    RequestInterval: cfnNumber.pipe(z.union([z.literal(10), z.literal(30)])).default(30),
    ResourcePath: z.string().max(255).default('/'),
    SearchString: z.string().min(1).max(255).optional(),
  }),
  HealthCheckTags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});

type Config = z.infer<typeof properties>['HealthCheckConfig'];

/**
 * The health checks of a region's templates. Checks of alarms and routing controls, and calculated checks that count
 * one of them, are named in `notEmulated`.
 *
 * @throws {AssemblyError} `InvalidResource` for a check that Route 53 would not make
 */
export function healthChecksOf(
  resources: readonly DeployedResource[],
  notEmulated: NotEmulatedList,
): HealthCheckDefinition[] {
  const checks = resources.filter(({ Type }) => Type === CHECK_TYPE);
  const endpoints = checks.flatMap((resource) => {
    const type = typeOf(resource);
    if (PROTOCOLS[type] !== undefined) return endpointCheckOf(resource, notEmulated);
    if (type !== 'CALCULATED') notEmulated.add(`${CHECK_TYPE} of type ${type}`, resource.logicalId);
    return [];
  });
  const known = new Set(endpoints.map(({ id }) => id));
  const calculated = checks.flatMap((resource) => {
    if (typeOf(resource) !== 'CALCULATED') return [];
    const check = calculatedCheckOf(resource);
    if (check.children.every((child) => known.has(child))) return [check];
    notEmulated.add(`${CHECK_TYPE} of a check that is not run`, resource.logicalId);
    return [];
  });
  return [...endpoints, ...calculated];
}

/** The type alone: what else there is of a check that is not run may be known to AWS only. */
function typeOf({ scope, logicalId }: DeployedResource): string {
  const config = scope.property(logicalId, 'HealthCheckConfig');
  return isRecord(config) ? String(config.Type) : 'none';
}

function endpointCheckOf(
  resource: DeployedResource,
  notEmulated: NotEmulatedList,
): EndpointCheckDefinition[] {
  const { HealthCheckConfig: config } = readProperties(resource, properties);
  const { IPAddress: address, FullyQualifiedDomainName: domainName, SearchString: searchString } = config;
  const protocol = PROTOCOLS[config.Type] ?? 'TCP';
  const port = config.Port ?? DEFAULT_PORTS[protocol];
  const host = address ?? domainName?.toLowerCase().replace(/\.$/, '');
  if (host === undefined || host === '')
    invalid(resource, 'an endpoint needs a FullyQualifiedDomainName or an IPAddress');
  if (port === undefined) invalid(resource, 'a TCP check needs a Port');
  if (config.Type.endsWith('_STR_MATCH') !== (searchString !== undefined))
    invalid(resource, 'SearchString belongs to the types that end in _STR_MATCH, and to them alone');
  if (isIPv6(host)) {
    notEmulated.add(`${CHECK_TYPE} of an IPv6 address`, resource.logicalId);
    return [];
  }
  if (address !== undefined && domainName !== undefined)
    notEmulated.add(`${CHECK_TYPE} FullyQualifiedDomainName beside IPAddress`, resource.logicalId);
  return [
    {
      ...commonOf(resource, config),
      kind: 'endpoint',
      protocol,
      host,
      port,
      path: config.ResourcePath.startsWith('/') ? config.ResourcePath : `/${config.ResourcePath}`,
      ...(searchString !== undefined && { searchString }),
      intervalSeconds: config.RequestInterval,
      failureThreshold: config.FailureThreshold,
      checkerRegions: config.Regions ?? [...CHECKER_REGIONS],
    },
  ];
}

function calculatedCheckOf(resource: DeployedResource): CalculatedCheckDefinition {
  const { HealthCheckConfig: config } = readProperties(resource, properties);
  const { ChildHealthChecks: children, HealthThreshold: threshold } = config;
  if (children === undefined || children.length === 0)
    invalid(resource, 'a calculated check needs ChildHealthChecks');
  if (threshold === undefined) invalid(resource, 'a calculated check needs a HealthThreshold');
  return { ...commonOf(resource, config), kind: 'calculated', children, threshold };
}

function commonOf(
  resource: DeployedResource,
  { Inverted: inverted, Disabled: disabled }: Config,
): Pick<HealthCheckDefinition, 'id' | 'name' | 'inverted' | 'disabled'> {
  const { HealthCheckTags: tags } = readProperties(resource, properties);
  const name = tags.find(({ Key }) => Key === 'Name')?.Value ?? resource.logicalId;
  return { id: refOf(resource), name, inverted, disabled };
}

function invalid({ scope, logicalId }: DeployedResource, reason: string): never {
  return fail('InvalidResource', reason, { scope, at: { logicalId, path: 'Properties.HealthCheckConfig' } });
}
