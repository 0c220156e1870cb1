import { siteOf } from '@gsp/platform/infra';
import { App, Stack } from 'aws-cdk-lib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { topology } from '../../amplify/topology.ts';

afterEach(() => vi.unstubAllEnvs());

function siteIn(
  regions: { CDK_DEFAULT_REGION?: string; AWS_REGION?: string },
  { type = 'branch', more = {} }: { type?: string; more?: object } = {},
) {
  vi.stubEnv('CDK_DEFAULT_REGION', regions.CDK_DEFAULT_REGION);
  vi.stubEnv('AWS_REGION', regions.AWS_REGION);
  const context = {
    'amplify-backend-type': type,
    'amplify-backend-namespace': 'd123',
    'amplify-backend-name': 'main',
    ...more,
  };
  return siteOf(new Stack(new App({ context }), 'Root'), topology);
}

describe('siteOf', () => {
  test("siteOf() takes the Region that ampx sets when the shell's differs", () => {
    expect(siteIn({ CDK_DEFAULT_REGION: 'eu-central-1', AWS_REGION: 'eu-west-1' }).region).toBe(
      'eu-central-1',
    );
  });

  test("siteOf() takes the shell's Region when ampx sets none", () => {
    expect(siteIn({ AWS_REGION: 'eu-west-1' })).toMatchObject({
      region: 'eu-west-1',
      stage: 'main',
      role: 'primary',
    });
  });

  test('siteOf() takes the zone of the local twin when the context has one', () => {
    const more = { 'local-zone-name': 'gsp.test' };
    expect(siteIn({ AWS_REGION: 'eu-west-1' }, { more }).domain?.zoneName).toBe('gsp.test');
    expect(siteIn({ AWS_REGION: 'eu-west-1' }).domain).toBeNull();
  });

  test('siteOf() takes settings to try out from the context', () => {
    const more = { 'stage-changes': '{"logs":{"retentionDays":14}}' };
    expect(siteIn({ AWS_REGION: 'eu-west-1' }, { more }).settings.logs.retentionDays).toBe(14);
    expect(() => siteIn({ AWS_REGION: 'eu-west-1' }, { more: { 'stage-changes': '{"logs":1}' } })).toThrow(
      'Cannot try the changes: logs',
    );
  });

  test('siteOf() takes the identifier of a standalone deployment, which is its namespace, as the branch', () => {
    const named = { 'amplify-backend-namespace': 'main', 'amplify-backend-name': 'backend' };
    const place = { AWS_REGION: 'eu-central-1' };
    expect(siteIn(place, { type: 'standalone', more: named })).toMatchObject({
      stage: 'main',
      kind: 'listed',
      role: 'secondary',
    });
    expect(siteIn(place, { type: 'branch' }), 'an app id is no branch').toMatchObject({ stage: 'main' });
  });

  test('siteOf() says what is needed when no Region is known', () => {
    expect(() => siteIn({})).toThrow(
      'region: given nothing, allowed eu-west-1, eu-central-1. Set AWS_REGION',
    );
  });

  test('siteOf() says what is needed when the context is not of Amplify', () => {
    expect(() => siteIn({ AWS_REGION: 'eu-west-1' }, { type: 'lambda' })).toThrow(
      "'lambda', 'branch', 'sandbox' or 'standalone' is needed",
    );
  });
});
