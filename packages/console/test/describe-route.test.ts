import { describe, expect, it } from 'vitest';
import { describeObservedRoute, describeTwinRoute } from '../src/regions/describe-status.ts';
import { GLOBAL_NAME, route53Of, twinState } from './twin-state-fixture.ts';

describe('describeTwinRoute()', () => {
  it('names the region that DNS answers with', () => {
    expect(describeTwinRoute(twinState())).toMatchObject({
      name: GLOBAL_NAME,
      regions: ['eu-west-1'],
      ttlSeconds: 60,
      policy: 'failover',
      isFailOpen: false,
    });
  });

  it('follows DNS when the primary is lost, and tells what is still cached', () => {
    const route53 = route53Of({ peer: 'eu-central-1', healthy: false });
    const global = {
      url: 'http://127.0.0.1:4010',
      name: GLOBAL_NAME,
      address: '127.0.1.10',
      region: 'eu-west-1',
    };
    expect(describeTwinRoute(twinState({ route53, global }))).toMatchObject({
      regions: ['eu-central-1'],
      cached: 'eu-west-1',
      isFailOpen: false,
    });
  });

  it('says so when no region is healthy and all are answered as if they were', () => {
    const down = { healthy: false };
    const route53 = route53Of({ peer: 'eu-central-1', ...down }, { peer: 'eu-west-1', ...down });
    expect(describeTwinRoute(twinState({ route53 }))).toMatchObject({
      regions: ['eu-west-1'],
      isFailOpen: true,
    });
  });

  it('is nothing for a stage without a domain', () => {
    expect(describeTwinRoute(twinState({ global: null, route53: null }))).toBeNull();
  });
});

describe('describeObservedRoute()', () => {
  it('knows the region that answered and nothing of what only Route 53 knows', () => {
    const place = { name: 'api.example.com', endpoint: 'https://api.example.com' };
    expect(describeObservedRoute(place, null).regions).toEqual([]);
    expect(describeObservedRoute(place, { region: 'eu-west-1', at: '' })).toMatchObject({
      regions: ['eu-west-1'],
      ttlSeconds: null,
      policy: null,
    });
  });
});
