import { describe, expect, test } from 'vitest';
import { namedRegions, ZONE } from './domain-fixture.ts';
import { one, resourcesOf } from './template-queries.ts';

const TWO = ['eu-west-1', 'eu-central-1'] as const;

describe('backendOutputs', () => {
  test("backendOutputs() names the Region's own name and, in each Region alike, the global one", () => {
    const global = {
      endpoint: 'https://api.example.com',
      region: 'eu-west-1',
      apiName: 'shop-main-global',
    };
    for (const { context, outputs } of namedRegions(TWO, { domain: ZONE })) {
      const { region, role, apiName } = context;
      expect(outputs).toEqual({
        API: {
          [apiName]: { endpoint: `https://${region}.api.example.com`, region, apiName },
          'shop-main-global': global,
        },
        platform: {
          project: 'shop',
          stage: 'main',
          regions: { [region]: { role, apiName } },
          domain: { zoneName: 'example.com', globalName: 'api.example.com', policy: 'failover' },
        },
      });
    }
  });

  test.each([
    [{ cloudFront: true }, { edgeName: 'edge.api.example.com', edgeOnly: true }],
    [{ cloudFront: true, enforced: false }, { edgeName: 'edge.api.example.com' }],
  ])('backendOutputs() leads clients to the edge in each Region alike with %j', (edge, told) => {
    for (const { context, outputs } of namedRegions(TWO, { domain: ZONE, edge })) {
      const { region, apiName } = context;
      expect(outputs).toMatchObject({
        API: {
          [apiName]: { endpoint: `https://${region}.api.example.com` },
          'shop-main-global': {
            endpoint: 'https://edge.api.example.com',
            region: 'eu-west-1',
            apiName: 'shop-main-global',
          },
        },
      });
      // The origin's name stays what it is, for operators and for the edge itself.
      const { domain } = Object(outputs).platform;
      expect(domain).toEqual({
        zoneName: 'example.com',
        globalName: 'api.example.com',
        policy: 'failover',
        ...told,
      });
    }
  });

  test('backendOutputs() says nothing of an edge whose zone is still to be made', () => {
    const domain = { zoneName: 'example.com', hostedZoneId: null };
    for (const { outputs } of namedRegions(TWO, { domain, edge: { cloudFront: true } }))
      expect(JSON.stringify(outputs)).not.toMatch(/edge/i);
  });

  test('backendOutputs() names what AWS calls the API, and nothing of a domain, when there is none', () => {
    const [primary] = namedRegions(TWO, { domain: null });
    const { template, outputs } = one(primary);
    const [[apiId] = []] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
    expect(outputs).toEqual({
      API: {
        'shop-main-eu-west-1': {
          endpoint: { 'Fn::GetAtt': [apiId, 'ApiEndpoint'] },
          region: 'eu-west-1',
          apiName: 'shop-main-eu-west-1',
        },
      },
      platform: {
        project: 'shop',
        stage: 'main',
        regions: { 'eu-west-1': { role: 'primary', apiName: 'shop-main-eu-west-1' } },
      },
    });
  });

  test("backendOutputs() tells a new zone's id and name servers where it was made, and no name in it", () => {
    const domain = { zoneName: 'example.com', hostedZoneId: null };
    const [primary, secondary] = namedRegions(TWO, { domain });
    const [[zoneId] = []] = resourcesOf(one(primary).template, 'AWS::Route53::HostedZone');
    expect(one(primary).outputs).toMatchObject({
      platform: {
        newZone: {
          zoneName: 'example.com',
          hostedZoneId: { Ref: zoneId },
          nameServers: { 'Fn::Join': [', ', { 'Fn::GetAtt': [zoneId, 'NameServers'] }] },
        },
      },
    });
    expect(Object(one(secondary).outputs).platform).not.toHaveProperty('newZone');
    for (const { outputs } of [one(primary), one(secondary)]) {
      expect(Object(outputs).platform).not.toHaveProperty('domain');
      expect(Object.keys(Object(outputs).API)).toHaveLength(1);
    }
  });
});
