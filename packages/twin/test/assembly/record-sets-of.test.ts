import { describe, expect, test } from 'vitest';
import { errorOf, functionWith } from './assembly-fixture.ts';
import { checkOf, HTTPS, recordOf, resolveWithZones, route53Of, VALUES, ZONE } from './route53-fixture.ts';

describe('resolveAssembly() reads hosted zones and records', () => {
  test('of every routing policy', () => {
    const alias = { DNSName: 'D-abc.execute-api.eu-west-1.amazonaws.com.', HostedZoneId: 'Z1' };
    const common = { AliasTarget: alias, SetIdentifier: 'eu-west-1', HealthCheckId: { Ref: 'C' } };
    const { records, checks } = route53Of({
      C: checkOf(HTTPS),
      Failover: recordOf({ ...common, Failover: 'PRIMARY' }),
      Latency: recordOf({ ...common, Name: 'l.gsp.test', Type: 'AAAA', Region: { Ref: 'AWS::Region' } }),
      Weighted: recordOf({ ...common, Name: 'W.gsp.test', Weight: '0' }),
      Simple: recordOf({
        Name: 'eu-west-1.api.gsp.test',
        AliasTarget: { ...alias, EvaluateTargetHealth: true },
      }),
      Text: recordOf({ Name: 'gsp.test', Type: 'TXT', TTL: 300, ResourceRecords: ['"a b"', '"c"'] }),
    });
    const base = { zoneId: ZONE.id, type: 'A', setIdentifier: 'eu-west-1', healthCheckId: checks[0]?.id };
    const target = {
      kind: 'alias',
      name: 'd-abc.execute-api.eu-west-1.amazonaws.com',
      evaluateTargetHealth: false,
    };
    expect(records).toEqual([
      { ...base, name: 'api.gsp.test', routing: { policy: 'failover', role: 'PRIMARY' }, target },
      {
        ...base,
        name: 'l.gsp.test',
        type: 'AAAA',
        routing: { policy: 'latency', region: 'eu-west-1' },
        target,
      },
      { ...base, name: 'w.gsp.test', routing: { policy: 'weighted', weight: 0 }, target },
      {
        zoneId: ZONE.id,
        name: 'eu-west-1.api.gsp.test',
        type: 'A',
        routing: { policy: 'simple' },
        target: { ...target, evaluateTargetHealth: true },
      },
      {
        zoneId: ZONE.id,
        name: 'gsp.test',
        type: 'TXT',
        routing: { policy: 'simple' },
        target: { kind: 'values', ttlSeconds: 300, values: ['"a b"', '"c"'] },
      },
    ]);
  });

  test('of zones that are in the template, by id and by name, and gives their name servers', () => {
    const Outputs = {
      Servers: { Value: { 'Fn::Join': [' ', { 'Fn::GetAtt': ['Zone', 'NameServers'] }] } },
      Id: { Value: { 'Fn::GetAtt': ['Zone', 'Id'] } },
    };
    const resources = {
      Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'Example.COM.' } },
      ById: recordOf({ ...VALUES, Name: 'a.example.com', HostedZoneId: { Ref: 'Zone' } }),
      ByName: recordOf({
        ...VALUES,
        Name: 'b.example.com',
        HostedZoneId: undefined,
        HostedZoneName: 'example.com.',
      }),
      Apex: recordOf({ ...VALUES, Name: 'gsp.test', HostedZoneId: undefined, HostedZoneName: 'GSP.test' }),
    };
    const { route53, outputs } = resolveWithZones(resources, { Outputs });
    const id = outputs.Id ?? '';
    expect(id).toMatch(/^Z[A-Z0-9]{20}$/);
    expect(route53.zones).toEqual([ZONE, { id, name: 'example.com' }]);
    expect(route53.records.map(({ zoneId }) => zoneId)).toEqual([id, id, ZONE.id]);
    const servers = outputs.Servers?.split(' ') ?? [];
    expect(servers.map((server) => server.replace(/\d+/g, '#'))).toEqual([
      'ns-#.awsdns-#.com',
      'ns-#.awsdns-#.net',
      'ns-#.awsdns-#.org',
      'ns-#.awsdns-#.co.uk',
    ]);
  });

  test('and names those that it cannot run', () => {
    const routed = { ...VALUES, SetIdentifier: 'x' };
    const { route53, notEmulated } = resolveWithZones({
      Geo: recordOf({ ...routed, GeoLocation: { CountryCode: 'DE' } }),
      Near: recordOf({ ...routed, GeoProximityLocation: { AWSRegion: 'eu-west-1' } }),
      Multi: recordOf({ ...routed, MultiValueAnswer: true }),
      Cidr: recordOf({ ...routed, CidrRoutingConfig: { CollectionId: 'c', LocationName: 'l' } }),
      Cdn: { Type: 'AWS::CloudFront::Distribution' },
      OfCdn: recordOf({
        AliasTarget: { DNSName: { 'Fn::GetAtt': ['Cdn', 'DomainName'] }, HostedZoneId: 'Z2' },
      }),
      OfCustom: recordOf({ TTL: 60, ResourceRecords: [{ 'Fn::GetAtt': ['Custom', 'Address'] }] }),
      Custom: { Type: 'Custom::Address', Properties: { ServiceToken: 'arn' } },
      Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'inner', VPCs: [{ VPCId: 'v' }] } },
      Inner: recordOf({ ...VALUES, Name: 'a.inner', HostedZoneId: { Ref: 'Zone' } }),
      ByName: recordOf({ ...VALUES, Name: 'b.inner', HostedZoneId: undefined, HostedZoneName: 'inner.' }),
    });
    expect(route53).toEqual({ zones: [ZONE], checks: [], records: [] });
    const told = Object.fromEntries(notEmulated.map(({ type, logicalIds }) => [type, logicalIds]));
    expect(told).toMatchObject({
      'AWS::Route53::HostedZone with VPCs': ['Zone'],
      'AWS::Route53::RecordSet with CidrRoutingConfig': ['Cidr'],
      'AWS::Route53::RecordSet with GeoLocation': ['Geo'],
      'AWS::Route53::RecordSet with GeoProximityLocation': ['Near'],
      'AWS::Route53::RecordSet with MultiValueAnswer': ['Multi'],
      'AWS::Route53::RecordSet with a private hosted zone': ['ByName', 'Inner'],
      'AWS::Route53::RecordSet with a target that only AWS knows': ['OfCdn', 'OfCustom'],
    });
  });

  test.each([
    ['id', { HostedZoneId: 'Z123' }, /no hosted zone Z123.*gsp\.test \(Z00000000000000LOCAL\)/],
    [
      'name',
      { HostedZoneId: undefined, HostedZoneName: 'else.test.' },
      /no hosted zone else\.test.*Give the twin/,
    ],
  ])('and fails on the %s of a zone that is nowhere', (_, zone, message) => {
    const error = errorOf(() => resolveWithZones({ R: recordOf({ ...VALUES, ...zone }) }));
    expect(error).toMatchObject({ code: 'Unresolvable', logicalId: 'R' });
    expect((error as Error).message).toMatch(message);
  });

  test.each<[string, object, RegExp]>([
    ['a name of another zone', { ...VALUES, Name: 'api.notgsp.test' }, /not in the hosted zone gsp\.test/],
    ['two policies', { ...VALUES, SetIdentifier: 'x', Weight: 1, Failover: 'PRIMARY' }, /not several/],
    ['a policy without an identifier', { ...VALUES, Weight: 1 }, /each of them needs one/],
    ['an identifier without a policy', { ...VALUES, SetIdentifier: 'x' }, /with a routing policy/],
    ['an alias with a TTL', { AliasTarget: { DNSName: 'a.example' }, TTL: 60 }, /neither ResourceRecords/],
    ['no target', {}, /needs an AliasTarget/],
    ['values without a TTL', { ResourceRecords: ['192.0.2.1'] }, /and a TTL/],
    ['a weight of 256', { ...VALUES, SetIdentifier: 'x', Weight: 256 }, /Weight/],
    ['a role that is none', { ...VALUES, SetIdentifier: 'x', Failover: 'THIRD' }, /Failover/],
  ])('and fails on %s', (_, properties, message) => {
    const error = errorOf(() => resolveWithZones({ R: recordOf(properties) }));
    expect(error).toMatchObject({ code: 'InvalidResource', logicalId: 'R' });
    expect((error as Error).message).toMatch(message);
  });

  test('and fails on a target of a function that waits for a zone nobody gave', () => {
    const error = errorOf(() =>
      resolveWithZones({ F: functionWith({}), R: recordOf(VALUES) }, { hostedZones: [] }),
    );
    expect((error as Error).message).toMatch(/the twin knows none/);
  });
});
