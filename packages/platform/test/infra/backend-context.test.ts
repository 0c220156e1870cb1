import { App, Stack } from 'aws-cdk-lib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { backendContext, revisionOf } from '../../src/infra/backend-context.ts';
import { defineTopology } from '../../src/topology/define-topology.ts';

const topology = defineTopology({
  project: 'shop',
  regions: ['eu-west-1', 'eu-central-1'],
  stages: { main: {} },
});

afterEach(() => vi.unstubAllEnvs());

function contextIn(
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
  return backendContext(new Stack(new App({ context }), 'Root'), topology);
}

describe('backendContext', () => {
  test("backendContext() takes the Region that ampx sets when the shell's differs", () => {
    expect(contextIn({ CDK_DEFAULT_REGION: 'eu-central-1', AWS_REGION: 'eu-west-1' }).region).toBe(
      'eu-central-1',
    );
  });

  test("backendContext() takes the shell's Region when ampx sets none", () => {
    expect(contextIn({ AWS_REGION: 'eu-west-1' })).toMatchObject({
      region: 'eu-west-1',
      stage: 'main',
      role: 'primary',
    });
  });

  test('backendContext() takes the zone of the local twin when the context has one', () => {
    const more = { 'local-zone-name': 'gsp.test' };
    expect(contextIn({ AWS_REGION: 'eu-west-1' }, { more }).domain?.zoneName).toBe('gsp.test');
    expect(contextIn({ AWS_REGION: 'eu-west-1' }).domain).toBeNull();
  });

  test('backendContext() takes settings to try out from the context', () => {
    const more = { 'stage-changes': '{"logs":{"retentionDays":14}}' };
    expect(contextIn({ AWS_REGION: 'eu-west-1' }, { more }).settings.logs.retentionDays).toBe(14);
    expect(() => contextIn({ AWS_REGION: 'eu-west-1' }, { more: { 'stage-changes': '{"logs":1}' } })).toThrow(
      'Cannot try the changes: logs',
    );
  });

  test('backendContext() takes the identifier of a standalone deployment, which is its namespace, as the branch', () => {
    const named = { 'amplify-backend-namespace': 'main', 'amplify-backend-name': 'backend' };
    const place = { AWS_REGION: 'eu-central-1' };
    expect(contextIn(place, { type: 'standalone', more: named })).toMatchObject({
      stage: 'main',
      kind: 'listed',
      role: 'secondary',
    });
    expect(contextIn(place, { type: 'branch' }), 'an app id is no branch').toMatchObject({ stage: 'main' });
  });

  test('backendContext() says what is needed when no Region is known', () => {
    expect(() => contextIn({})).toThrow(
      'region: given nothing, allowed eu-west-1, eu-central-1. Set AWS_REGION',
    );
  });

  test('backendContext() says what is needed when the context is not of Amplify', () => {
    expect(() => contextIn({ AWS_REGION: 'eu-west-1' }, { type: 'lambda' })).toThrow(
      "'lambda', 'branch', 'sandbox' or 'standalone' is needed",
    );
  });
});

describe('revisionOf', () => {
  test('revisionOf() takes what the deployer says before what Amplify Hosting says', () => {
    expect(revisionOf({ PLATFORM_REVISION: 'v1.2.3', AWS_COMMIT_ID: 'abc' })).toBe('v1.2.3');
    expect(revisionOf({ PLATFORM_REVISION: '', AWS_COMMIT_ID: 'abc' })).toBe('abc');
  });

  test('revisionOf() is undefined when nobody says', () => {
    expect(revisionOf({})).toBeUndefined();
    expect(revisionOf({ PLATFORM_REVISION: '', AWS_COMMIT_ID: '' })).toBeUndefined();
  });

  test.each(['a b', '"', '-x', 'x'.repeat(65), '{Token}'])('revisionOf() refuses %j', (revision) => {
    expect(() => revisionOf({ PLATFORM_REVISION: revision })).toThrow(/^Cannot tell the revision: .* needed/);
  });
});
