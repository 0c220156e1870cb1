import { describe, expect, test } from 'vitest';
import type { DistributionDefinition } from '../../src/edge/distribution-definition.ts';
import type { RecordSetDefinition, RoutingDefinition } from '../../src/route53/route53-definition.ts';
import {
  distributionIn,
  globalNameOf,
  regionOfTarget,
  route53DefinitionOf,
} from '../../src/supervisor/global-definition.ts';
import { TwinError } from '../../src/twin-error.ts';
import { resolvedRegion } from '../assembly/assembly-fixture.ts';

const ZONE = { id: 'Z1', name: 'gsp.test' };
const OTHER_ZONE = { id: 'Z2', name: 'example.test' };

function record(name: string, routing: RoutingDefinition, zoneId = ZONE.id): RecordSetDefinition {
  const target = { kind: 'values', ttlSeconds: 60, values: ['192.0.2.1'] } as const;
  return { zoneId, name, type: 'A', routing, target };
}

const SIMPLE: RoutingDefinition = { policy: 'simple' };
const ROUTED: readonly RoutingDefinition[] = [
  { policy: 'failover', role: 'PRIMARY' },
  { policy: 'failover', role: 'SECONDARY' },
  { policy: 'latency', region: 'eu-west-1' },
  { policy: 'weighted', weight: 0 },
];

function domain(region: string, domainName: string, id: string) {
  const regionalDomainName = `d-${id}.execute-api.${region}.amazonaws.com`;
  return { domainName, regionalDomainName, region, apiId: 'a', mappingKey: '', stage: '$default' };
}

describe('globalNameOf()', () => {
  test.each([
    ['there are no records', []],
    ['all records are simple', [record('api.gsp.test', SIMPLE), record('www.gsp.test', SIMPLE)]],
  ])('is nothing when %s', (_, records) => {
    expect(globalNameOf({ zones: [ZONE], checks: [], records })).toBeUndefined();
  });

  test.each(ROUTED)('is the name that is routed, with its zone, beside simple ones: %j', (routing) => {
    const records = [
      record('eu-west-1.api.example.test', SIMPLE, OTHER_ZONE.id),
      record('api.gsp.test', routing),
      record('api.gsp.test', routing),
    ];
    const definition = { zones: [OTHER_ZONE, ZONE], checks: [], records };
    expect(globalNameOf(definition)).toEqual({
      name: 'api.gsp.test',
      routedName: 'api.gsp.test',
      zone: 'gsp.test',
    });
  });

  test('is the alias of the name that is routed, also while a second name is', () => {
    const alias = (name: string, to: string): RecordSetDefinition => ({
      ...record(name, SIMPLE),
      target: { kind: 'alias', name: to, evaluateTargetHealth: true },
    });
    const records = ROUTED.map((routing) => record(`${routing.policy}.api.gsp.test`, routing));
    const all = [...records, alias('api.gsp.test', 'latency.api.gsp.test'), alias('x.gsp.test', 'nowhere')];
    expect(globalNameOf({ zones: [ZONE], checks: [], records: all })).toEqual({
      name: 'api.gsp.test',
      routedName: 'latency.api.gsp.test',
      zone: 'gsp.test',
    });
    const two = [...all, alias('www.gsp.test', 'failover.api.gsp.test')];
    expect(() => globalNameOf({ zones: [ZONE], checks: [], records: two })).toThrow(
      /api\.gsp\.test, www\.gsp\.test all/,
    );
  });

  test('takes the name itself for the zone when that is not known', () => {
    const records = ROUTED.slice(0, 2).map((routing) => record('api.gsp.test', routing, 'Z9'));
    expect(globalNameOf({ zones: [ZONE], checks: [], records })).toEqual({
      name: 'api.gsp.test',
      routedName: 'api.gsp.test',
      zone: 'api.gsp.test',
    });
  });

  test('throws DefinitionUnusable, naming them all, when several names are routed', () => {
    const records = ROUTED.map((routing, index) => record(`${index < 2 ? 'api' : 'www'}.gsp.test`, routing));
    const act = () => globalNameOf({ zones: [ZONE], checks: [], records });
    expect(act).toThrow(TwinError);
    expect(act).toThrow(
      expect.objectContaining({
        code: 'DefinitionUnusable',
        message: expect.stringMatching(
          /^Cannot serve the global endpoint: api\.gsp\.test, www\.gsp\.test all/,
        ),
      }),
    );
  });
});

describe('route53DefinitionOf()', () => {
  const at = (routing: RoutingDefinition, setIdentifier?: string, type = 'A') => ({
    ...record('api.gsp.test', routing),
    ...{ type, ...(setIdentifier && { setIdentifier }) },
  });
  const [primary, secondary, latency, weighted] = ROUTED as [
    RoutingDefinition,
    RoutingDefinition,
    RoutingDefinition,
    RoutingDefinition,
  ];
  test.each([
    ['two policies', at(primary, 'a'), at(latency, 'b'), /are failover and latency at once/],
    ['two policies', at(latency, 'a'), at(weighted, 'b'), /are latency and weighted at once/],
    ['a policy and a simple record', at(primary, 'a'), at(SIMPLE), /are failover and simple at once/],
    ['two simple records', at(SIMPLE), at(SIMPLE), /there are 2 simple records of it/],
    [
      'one identifier twice',
      at(primary, 'a'),
      at(secondary, 'a'),
      /two of its records have the identifier a/,
    ],
  ])('refuses, as Route 53 does, %s of a name, whichever stacks they are of', (_, west, central, message) => {
    const of = (each: RecordSetDefinition) => ({ zones: [ZONE], checks: [], records: [each] });
    const act = () =>
      route53DefinitionOf([
        resolvedRegion('eu-west-1', { route53: of(west) }),
        resolvedRegion('eu-central-1', { route53: of(central) }),
      ]);
    expect(act).toThrow(TwinError);
    expect(act).toThrow(message);
    expect(act).toThrow(/^Cannot serve api\.gsp\.test A: .*InvalidChangeBatch/);
  });

  test('lets names, types and identifiers differ', () => {
    const records = [
      ...[at(primary, 'a'), at(secondary, 'b'), at(SIMPLE, undefined, 'AAAA')],
      record('b.gsp.test', latency),
    ];
    const route53 = { zones: [ZONE], checks: [], records };
    expect(route53DefinitionOf([resolvedRegion('eu-west-1', { route53 })]).records).toEqual(records);
  });

  test('joins what all stacks tell, with a zone that several name once', () => {
    const west = { zones: [ZONE], checks: [], records: [record('a.gsp.test', SIMPLE)] };
    const central = { zones: [ZONE, OTHER_ZONE], checks: [], records: [record('b.gsp.test', SIMPLE)] };
    const regions = [
      resolvedRegion('eu-west-1', { route53: west }),
      resolvedRegion('eu-central-1', { route53: central }),
    ];
    const joined = route53DefinitionOf(regions);
    expect(joined.zones).toEqual([ZONE, OTHER_ZONE]);
    expect(joined.records.map(({ name }) => name)).toEqual(['a.gsp.test', 'b.gsp.test']);
  });
});

describe('regionOfTarget()', () => {
  test('finds the region of every custom domain by the name that records lead to, in lower case', () => {
    const regions = [
      resolvedRegion('eu-west-1', {
        customDomains: [
          domain('eu-west-1', 'api.gsp.test', 'West1'),
          domain('eu-west-1', 'eu-west-1.api.gsp.test', 'west2'),
        ],
      }),
      resolvedRegion('eu-central-1', { customDomains: [domain('eu-central-1', 'api.gsp.test', 'central')] }),
      resolvedRegion('us-east-1', {}),
    ];
    expect(Object.fromEntries(regionOfTarget(regions))).toEqual({
      'd-west1.execute-api.eu-west-1.amazonaws.com': 'eu-west-1',
      'd-west2.execute-api.eu-west-1.amazonaws.com': 'eu-west-1',
      'd-central.execute-api.eu-central-1.amazonaws.com': 'eu-central-1',
    });
  });
});

describe('distributionIn()', () => {
  const distribution = (alias: string): DistributionDefinition => ({
    ...{
      id: 'E1',
      domainName: 'd1.cloudfront.net',
      aliases: [alias],
      originName: 'api.gsp.test',
      originPath: '',
    },
    ...{ originHeaders: [], allowedMethods: ['GET'], responseHeaders: { set: [], remove: [] } },
  });

  test('finds the one distribution in whichever region’s assembly it is, and nothing where there is none', () => {
    const edge = distribution('edge.gsp.test');
    const regions = [
      resolvedRegion('eu-west-1', {}),
      resolvedRegion('eu-central-1', { distributions: [edge] }),
    ];
    expect(distributionIn(regions)).toBe(edge);
    expect(distributionIn(regions.slice(0, 1))).toBeUndefined();
  });

  test('throws DefinitionUnusable, naming them, when there are several', () => {
    const distributions = [distribution('a.gsp.test'), distribution('b.gsp.test')];
    const act = () => distributionIn([resolvedRegion('eu-west-1', { distributions })]);
    expect(act).toThrow(expect.objectContaining({ code: 'DefinitionUnusable' }));
    expect(act).toThrow('a.gsp.test, b.gsp.test');
  });
});
