import { onTestFinished } from 'vitest';
import { CHECKER_REGIONS } from '../../src/assembly/health-checks-of.ts';
import type { CheckReport } from '../../src/control/route53-report.ts';
import { Route53, type Route53Options } from '../../src/route53/route53.ts';
import type {
  CalculatedCheckDefinition,
  EndpointCheckDefinition,
  HostedZoneDefinition,
  RecordSetDefinition,
  RoutingDefinition,
} from '../../src/route53/route53-definition.ts';

export const ZONE: HostedZoneDefinition = { id: 'Z1', name: 'gsp.test' };
export const WEST = 'eu-west-1';
export const CENTRAL = 'eu-central-1';

/** An endpoint check of 8 checkers, 10 s and 3 answers, unless told otherwise. */
export function endpointCheck(part: Partial<EndpointCheckDefinition> = {}): EndpointCheckDefinition {
  return {
    kind: 'endpoint',
    id: 'check',
    name: 'check',
    protocol: 'HTTPS',
    host: '127.0.0.1',
    port: 443,
    path: '/health',
    intervalSeconds: 10,
    failureThreshold: 3,
    checkerRegions: CHECKER_REGIONS,
    inverted: false,
    disabled: false,
    ...part,
  };
}

/** A calculated check that needs all of its children, unless told otherwise. */
export function calculatedCheck(
  part: Partial<CalculatedCheckDefinition> & { readonly children: readonly string[] },
): CalculatedCheckDefinition {
  return {
    kind: 'calculated',
    id: 'calculated',
    name: 'calculated',
    threshold: part.children.length,
    inverted: false,
    disabled: false,
    ...part,
  };
}

/** A record set of type A with simple routing, unless told otherwise. */
export function recordSet(
  part: Partial<RecordSetDefinition> & Pick<RecordSetDefinition, 'name' | 'target'>,
): RecordSetDefinition {
  return { zoneId: ZONE.id, type: 'A', routing: { policy: 'simple' }, ...part };
}

/** Values with a time to live of 300 s. */
export function values(...texts: string[]): RecordSetDefinition['target'] {
  return { kind: 'values', ttlSeconds: 300, values: texts };
}

export function alias(name: string, evaluateTargetHealth = false): RecordSetDefinition['target'] {
  return { kind: 'alias', name, evaluateTargetHealth };
}

/** Name of API Gateway in a region, as aliases have it. */
export function gatewayName(region: string): string {
  return `d-1.execute-api.${region}.amazonaws.com`;
}

/** The global name's record of a region, with the region's id as the id of its check. */
export function routedRecord(region: string, routing: RoutingDefinition, type = 'A'): RecordSetDefinition {
  return recordSet({
    name: `api.${ZONE.name}`,
    type,
    setIdentifier: region,
    routing,
    healthCheckId: region,
    target: alias(gatewayName(region)),
  });
}

/** The two regions in failover, with checks whose health a test decides on by `unhealthy`. */
export function failoverRecords(type = 'A'): RecordSetDefinition[] {
  return [
    routedRecord(WEST, { policy: 'failover', role: 'PRIMARY' }, type),
    routedRecord(CENTRAL, { policy: 'failover', role: 'SECONDARY' }, type),
  ];
}

/** A check without checkers, which is as healthy as the test says. */
export function fixedCheck(id: string, healthy: boolean): CalculatedCheckDefinition {
  return calculatedCheck({ id, name: id, children: [], threshold: healthy ? 0 : 1 });
}

export const TARGETS: Route53Options['targets'] = new Map([
  [gatewayName(WEST), { address: '127.0.1.10', region: WEST, isUp: () => true }],
  [gatewayName(CENTRAL), { address: '127.0.1.11', region: CENTRAL, isUp: () => true }],
]);

/** A Route 53 that is stopped when the test ends. Not started. */
export function route53Of(
  part: Partial<Route53Options['definition']>,
  options: Partial<Route53Options> = {},
): Route53 {
  const route53 = new Route53({
    definition: { zones: [ZONE], checks: [], records: [], ...part },
    targets: TARGETS,
    connectTo: (host) => ({ host, port: 9 }),
    timeScale: 1,
    seed: 1,
    nearestRegion: WEST,
    ...options,
  });
  onTestFinished(() => route53.stop());
  return route53;
}

export function checkOf(route53: Route53, id: string): CheckReport {
  const found = route53.report().checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`no check ${id}`);
  return found;
}
