// Goal: whatever a topology asks for, each Region's names lead where they should, and no record is without the health
// of its own Region. Method: each policy with each number of Regions and each flag, resource by resource.
import { beforeAll, describe, expect, test } from 'vitest';
import type { TopologyInput } from '../../src/topology/topology-schema.ts';
import { healthCheckTags, type NamedRegion, namedRegions, ZONE } from './domain-fixture.ts';
import { one, resourcesOf, stackId } from './template-queries.ts';

type Regions = readonly [string, ...string[]];
type Routing = NonNullable<TopologyInput['routing']>;

const ONE: Regions = ['eu-west-1'];
const TWO: Regions = ['eu-west-1', 'eu-central-1'];
const THREE: Regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
const CHECKERS = ['eu-west-1', 'us-east-1', 'us-west-2'];

const policies: { readonly policy: NonNullable<Routing['policy']>; readonly regions: Regions }[] = [
  { policy: 'failover', regions: ONE },
  { policy: 'failover', regions: TWO },
  { policy: 'latency', regions: ONE },
  { policy: 'latency', regions: TWO },
  { policy: 'latency', regions: THREE },
  { policy: 'weighted', regions: ONE },
  { policy: 'weighted', regions: TWO },
  { policy: 'weighted', regions: THREE },
];
/** What Route 53 asks: the route that is named after the stack. */
const PROBE_PATH = { 'Fn::Join': ['', ['/health/', stackId]] };
const cases = policies.flatMap((each) => [true, false].map((dualStack) => ({ ...each, dualStack })));

/** What tells a Region's record from its peers', by policy. */
const roleIn = (policy: string, region: string, regions: Regions) => {
  if (policy === 'failover') return { Failover: region === regions[0] ? 'PRIMARY' : 'SECONDARY' };
  return policy === 'latency' ? { Region: region } : { Weight: 1 };
};

function propertiesOf({ template }: NamedRegion, type: string): Record<string, unknown>[] {
  return resourcesOf(template, type).map(([, { Properties }]) => ({ ...Properties }));
}

function idOf({ template }: NamedRegion, type: string, holds: (properties: unknown) => boolean): string {
  return one(resourcesOf(template, type).find(([, { Properties }]) => holds(Properties)))[0];
}

function checkNamed(placed: NamedRegion, name: string): string {
  return idOf(placed, 'AWS::Route53::HealthCheck', (properties) =>
    JSON.stringify(properties).includes(`{"Key":"Name","Value":"${name}"}`),
  );
}

function alias(placed: NamedRegion, domainName: string, EvaluateTargetHealth: boolean) {
  const id = idOf(
    placed,
    'AWS::ApiGatewayV2::DomainName',
    (properties) => Object(properties).DomainName === domainName,
  );
  return {
    DNSName: { 'Fn::GetAtt': [id, 'RegionalDomainName'] },
    HostedZoneId: { 'Fn::GetAtt': [id, 'RegionalHostedZoneId'] },
    EvaluateTargetHealth,
  };
}

describe.each(cases)(
  'BackendDomain, $policy in $regions, dualStack $dualStack',
  ({ policy, regions, dualStack }) => {
    let placed: NamedRegion[];
    const types = dualStack ? ['A', 'AAAA'] : ['A'];

    beforeAll(() => {
      placed = namedRegions(regions, { domain: ZONE, routing: { policy, dualStack } });
    });

    test('BackendDomain makes exactly the records of its own names, each with the health of its own Region', () => {
      for (const each of placed) {
        const { region } = each.context;
        const regional = types.map((Type) => ({
          Type,
          Name: `${region}.api.example.com.`,
          HostedZoneId: 'Z0EXAMPLE',
          AliasTarget: alias(each, `${region}.api.example.com`, false),
        }));
        const routed = types.map((Type) => ({
          Type,
          Name: `${policy}.api.example.com.`,
          HostedZoneId: 'Z0EXAMPLE',
          // Route 53 wants it of failover records; it would be one more cause of failure elsewhere.
          AliasTarget: alias(each, 'api.example.com', policy === 'failover'),
          SetIdentifier: region,
          HealthCheckId: { Ref: checkNamed(each, `shop-main-${region}`) },
          ...roleIn(policy, region, regions),
        }));
        const target = `${policy}.api.example.com`;
        const chosen = types.map((Type) => ({
          Type,
          Name: 'api.example.com.',
          HostedZoneId: 'Z0EXAMPLE',
          AliasTarget: { DNSName: target, HostedZoneId: 'Z0EXAMPLE', EvaluateTargetHealth: true },
        }));
        const wanted = [...regional, ...routed, ...(region === regions[0] ? chosen : [])];
        const found = propertiesOf(each, 'AWS::Route53::RecordSet');
        expect(found).toHaveLength(wanted.length);
        expect(found).toEqual(expect.arrayContaining(wanted));
      }
    });

    test('BackendDomain asks the Region for its health and every peer for evacuations, never the global name', () => {
      for (const each of placed) {
        const { context } = each;
        const asked = (fqdn: string, path: unknown, Inverted: boolean) => ({
          Type: 'HTTPS',
          FullyQualifiedDomainName: fqdn,
          ResourcePath: path,
          Port: 443,
          EnableSNI: true,
          MeasureLatency: false,
          Inverted,
          RequestInterval: 30,
          FailureThreshold: 3,
          Regions: CHECKERS,
        });
        const peers = regions.filter((peer) => peer !== context.region);
        const names = [
          `shop-main-${context.region}-endpoint`,
          ...peers.map((peer) => `shop-main-${context.region}-evacuated-by-${peer}`),
        ];
        const children = names.map((name) => ({ Ref: checkNamed(each, name) }));
        const check = (name: string, HealthCheckConfig: object) => ({
          HealthCheckConfig,
          HealthCheckTags: healthCheckTags(context, name),
        });
        expect(propertiesOf(each, 'AWS::Route53::HealthCheck')).toEqual([
          check(one(names[0]), asked(`${context.region}.api.example.com`, PROBE_PATH, false)),
          ...peers.map((peer, index) =>
            check(
              one(names[index + 1]),
              asked(`${peer}.api.example.com`, `/control/evacuations/${context.region}`, true),
            ),
          ),
          check(`shop-main-${context.region}`, {
            Type: 'CALCULATED',
            ChildHealthChecks: children,
            HealthThreshold: children.length,
            Inverted: false,
          }),
        ]);
      }
    });

    test('BackendDomain has both names in the Region, of one certificate, each mapped to the stage', () => {
      for (const each of placed) {
        const { region } = each.context;
        const names = [`${region}.api.example.com`, 'api.example.com'];
        const [[certificateId, certificate] = []] = resourcesOf(
          each.template,
          'AWS::CertificateManager::Certificate',
        );
        expect(certificate?.Properties).toMatchObject({
          DomainName: 'api.example.com',
          SubjectAlternativeNames: [`${region}.api.example.com`],
          ValidationMethod: 'DNS',
          DomainValidationOptions: [...names]
            .reverse()
            .map((DomainName) => ({ DomainName, HostedZoneId: 'Z0EXAMPLE' })),
        });
        const domains = resourcesOf(each.template, 'AWS::ApiGatewayV2::DomainName');
        expect(domains.map(([, { Properties }]) => Properties?.DomainName)).toEqual(names);
        for (const [, { Properties }] of domains) {
          expect(Properties?.DomainNameConfigurations).toEqual([
            {
              CertificateArn: { Ref: certificateId },
              EndpointType: 'REGIONAL',
              SecurityPolicy: 'TLS_1_2',
              IpAddressType: dualStack ? 'dualstack' : 'ipv4',
            },
          ]);
        }
        const [[apiId, api] = []] = resourcesOf(each.template, 'AWS::ApiGatewayV2::Api');
        expect(propertiesOf(each, 'AWS::ApiGatewayV2::ApiMapping')).toEqual(
          domains.map(([id]) => ({ ApiId: { Ref: apiId }, DomainName: { Ref: id }, Stage: '$default' })),
        );
        expect(api?.Properties?.DisableExecuteApiEndpoint).toBe(true);
      }
    });
  },
);

describe('BackendDomain', () => {
  test.each([
    { policy: 'latency', dualStack: false },
    { policy: 'weighted', dualStack: true },
  ] as const)('BackendDomain makes nothing that template validation finds fault with: $policy', (routing) => {
    expect(() => namedRegions(TWO, { domain: ZONE, routing, strict: true })).not.toThrow();
  });

  test('BackendDomain makes one domain name after the other, then records and checks', () => {
    for (const each of namedRegions(TWO, { domain: ZONE })) {
      const { template } = each;
      const [first, second] = resourcesOf(template, 'AWS::ApiGatewayV2::DomainName');
      expect(second?.[1].DependsOn).toContain(one(first)[0]);
      const mappings = resourcesOf(template, 'AWS::ApiGatewayV2::ApiMapping').map(([id]) => id);
      const waiting = [
        ...resourcesOf(template, 'AWS::Route53::HealthCheck'),
        ...resourcesOf(template, 'AWS::Route53::RecordSet').filter(
          ([, { Properties }]) => Properties?.Name === 'failover.api.example.com.',
        ),
      ];
      expect(waiting).toHaveLength(5);
      for (const [id, { DependsOn }] of waiting)
        expect(DependsOn, id).toEqual(expect.arrayContaining(mappings));
      const records = resourcesOf(template, 'AWS::Route53::RecordSet');
      const routed = records.filter(([, { Properties }]) => Properties?.SetIdentifier).map(([id]) => id);
      const aliases = records.filter(([, { Properties }]) => Properties?.Name === 'api.example.com.');
      expect(aliases).toHaveLength(each.context.role === 'primary' ? 2 : 0);
      for (const [id, { DependsOn }] of aliases)
        expect(DependsOn, id).toEqual(expect.arrayContaining(routed));
    }
  });

  test('BackendDomain checks as often, as patiently and from where the topology says', () => {
    const checkerRegions: ['us-west-1', 'eu-west-1', 'sa-east-1', 'ap-northeast-1'] = [
      'us-west-1',
      'eu-west-1',
      'sa-east-1',
      'ap-northeast-1',
    ];
    const healthCheck = { intervalSeconds: 10 as const, failureThreshold: 2, checkerRegions };
    for (const each of namedRegions(TWO, { domain: ZONE, routing: { healthCheck } })) {
      const configs = propertiesOf(each, 'AWS::Route53::HealthCheck').map((found) => found.HealthCheckConfig);
      const endpoints = configs.filter((config) => Object(config).Type === 'HTTPS');
      expect(endpoints).toHaveLength(2);
      for (const config of endpoints) {
        expect(config).toMatchObject({ RequestInterval: 10, FailureThreshold: 2, Regions: checkerRegions });
      }
    }
  });

  test('BackendDomain takes weights from the topology, 0 among them, and 1 for who has none', () => {
    const routing = { policy: 'weighted', weights: { 'eu-west-1': 0, 'eu-central-1': 255 } } as const;
    const weights = namedRegions(THREE, { domain: ZONE, routing }).map((each) =>
      propertiesOf(each, 'AWS::Route53::RecordSet').flatMap(({ Weight }) =>
        Weight === undefined ? [] : [Weight],
      ),
    );
    expect(weights).toEqual([
      [0, 0],
      [255, 255],
      [1, 1],
    ]);
  });

  test('BackendDomain makes nothing, and leaves the API its own name, when there is no domain', () => {
    for (const { template } of namedRegions(TWO, { domain: null })) {
      const made = Object.values(template.Resources).map(({ Type }) => Type);
      expect(made.filter((type) => /Route53|Certificate|DomainName|ApiMapping/.test(type))).toEqual([]);
      const [[, api] = []] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
      expect(api?.Properties?.DisableExecuteApiEndpoint).toBe(false);
    }
  });

  test('BackendDomain makes the zone in the primary, and nothing else anywhere, when it has no id', () => {
    const placed = namedRegions(TWO, { domain: { zoneName: 'example.com', hostedZoneId: null } });
    const made = placed.map(({ template }) =>
      Object.values(template.Resources).filter(({ Type }) =>
        /Route53|Certificate|DomainName|Mapping/.test(Type),
      ),
    );
    expect(made).toEqual([
      [
        expect.objectContaining({
          Type: 'AWS::Route53::HostedZone',
          Properties: expect.objectContaining({ Name: 'example.com.' }),
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
        }),
      ],
      [],
    ]);
    for (const { template } of placed) {
      const [[, api] = []] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
      expect(api?.Properties?.DisableExecuteApiEndpoint).toBe(false);
    }
  });
});
