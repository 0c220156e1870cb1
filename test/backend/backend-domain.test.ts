// Goal: with a domain, the whole definition deploys, and both Regions are twins. Method: what the local twin runs is
// looked at, whose zone takes the way of one that exists. Template validation judges names in backend-domain.test.ts, and the
// rest of the definition in backend.test.ts.

import { LOCAL_HOSTED_ZONE_ID } from '@gsp/platform/topology';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { one, resourcesOf, stringsIn } from '../../packages/platform/test/infra/template-queries.ts';
import { topology } from '../project/topology.ts';
import { backendOfTwin, type SynthesizedBackend } from './synthesized-backend.ts';
import { differences, permittedDifferences, permittedDomainDifferences } from './template-differences.ts';

let primary: SynthesizedBackend;
let secondary: SynthesizedBackend;

beforeAll(async () => {
  const made = await backendOfTwin();
  [primary, secondary] = [one(made[0]), one(made[1])];
}, 240_000);

describe('backend.ts with a domain', () => {
  test('synthesizes without a circular dependency or an import between stacks', () => {
    for (const { root, platform } of [primary, secondary]) {
      expect(() => [root, platform].map((template) => Template.fromJSON({ ...template }))).not.toThrow();
      expect(JSON.stringify([root, platform])).not.toContain('Fn::ImportValue');
    }
  });

  test("names no other Region's ARN, and peers in their checks only", () => {
    for (const { region, root, platform } of [primary, secondary]) {
      const peers = topology.regions.filter((peer) => peer !== region);
      for (const text of stringsIn([root, platform]).filter((found) => /(^|:)arn:/.test(found)))
        for (const peer of peers) expect(text).not.toContain(peer);
      const types = Object.values(platform.Resources)
        .filter((resource) =>
          stringsIn(resource).some((text) => peers.some((peer) => text.includes(`${peer}.api.`))),
        )
        .map(({ Type }) => Type);
      expect(types).toEqual(peers.map(() => 'AWS::Route53::HealthCheck'));
    }
  });

  test('puts every record into the zone of the twin, which no account has', () => {
    for (const [each, count] of [
      [primary, 6],
      [secondary, 4],
    ] as const) {
      const records = resourcesOf(each.platform, 'AWS::Route53::RecordSet');
      expect(records).toHaveLength(count);
      for (const [, { Properties }] of records) expect(Properties?.HostedZoneId).toBe(LOCAL_HOSTED_ZONE_ID);
    }
  });

  test('tells clients both names, which are known before a deployment', () => {
    const customs = [primary, secondary].map(({ root }) =>
      JSON.parse(String(root.Outputs?.customOutputs?.Value)),
    );
    expect(customs.map(({ custom }) => custom.API)).toEqual(
      topology.regions.map((region) => ({
        [`gsp-main-${region}`]: {
          endpoint: `https://${region}.api.gsp.test`,
          region,
          apiName: `gsp-main-${region}`,
        },
        'gsp-main-global': {
          endpoint: 'https://api.gsp.test',
          region: topology.regions[0],
          apiName: 'gsp-main-global',
        },
      })),
    );
    for (const { custom } of customs)
      expect(custom.platform.domain).toEqual({
        zoneName: 'gsp.test',
        globalName: 'api.gsp.test',
        policy: 'failover',
      });
  });

  test('makes both Regions twins that differ in nothing but what is permitted', () => {
    expect(differences(primary, secondary)).toEqual(
      [...permittedDifferences, ...permittedDomainDifferences].sort(),
    );
  });
});
