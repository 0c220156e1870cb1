import { resolveAssembly } from '../../src/assembly/resolve-assembly.ts';
import type { ResolvedRegion } from '../../src/assembly/resolved-region.ts';
import type { Route53Definition } from '../../src/route53/route53-definition.ts';
import { writeAssembly } from './assembly-fixture.ts';

/** The zone that exists before any stack. */
export const ZONE = { id: 'Z00000000000000LOCAL', name: 'gsp.test' };

/** Resolves a template of these resources for eu-west-1. */
export function resolveWithZones(
  Resources: object,
  { hostedZones = [ZONE], Outputs = {} }: { hostedZones?: (typeof ZONE)[]; Outputs?: object } = {},
): ResolvedRegion {
  return resolveAssembly(writeAssembly({ 'Root.template.json': { Resources, Outputs } }), {
    region: 'eu-west-1',
    accountId: '123456789012',
    apiEndpoint: () => 'http://127.0.0.1:4011',
    hostedZones,
  });
}

/** What these resources tell Route 53. */
export function route53Of(Resources: object): Route53Definition {
  return resolveWithZones(Resources).route53;
}

/** A health check resource. */
export function checkOf(HealthCheckConfig: object, HealthCheckTags?: object): object {
  return { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig, HealthCheckTags } };
}

/** The least that a check of an endpoint has. */
export const HTTPS = { Type: 'HTTPS', FullyQualifiedDomainName: 'eu-west-1.api.gsp.test' };

/** A record set resource, of `api.gsp.test` unless told otherwise. */
export function recordOf(properties: object): object {
  return {
    Type: 'AWS::Route53::RecordSet',
    Properties: { Name: 'api.gsp.test.', Type: 'A', HostedZoneId: ZONE.id, ...properties },
  };
}

/** The values of a record that is no alias. */
export const VALUES = { TTL: '60', ResourceRecords: ['192.0.2.1'] };
