import { describe, expect, it } from 'vitest';
import { describeHealth, describeObservedHealth } from '../src/regions/describe-health.ts';
import { GLOBAL_NAME, route53Of } from './twin-state-fixture.ts';

const of = (region: string) => ({ region, routedName: `failover.${GLOBAL_NAME}`, timeScale: 1 });

describe('describeHealth()', () => {
  it('gives the verdict of the check on the region’s record, with the checks that it comes from', () => {
    const view = describeHealth(route53Of(), of('eu-west-1'));
    expect(view).toMatchObject({
      label: 'healthy',
      checkers: '3/3 checkers',
      detectionSeconds: 90,
      note: null,
    });
    expect(view?.checks.map(({ title }) => title)).toEqual([
      '/health answers well',
      'not evacuated, says eu-central-1',
    ]);
  });

  it('turns what checkers of an inverted check say: a 404 of the probe is good', () => {
    const [, evacuation] = describeHealth(route53Of(), of('eu-west-1'))?.checks ?? [];
    expect(evacuation?.checkers[0]).toMatchObject({ isGood: true, said: 'HTTP 404' });
    const evacuated = route53Of({ peer: 'eu-central-1', evacuated: true });
    const [, turned] = describeHealth(evacuated, of('eu-west-1'))?.checks ?? [];
    expect(turned?.checkers[0]).toMatchObject({ isGood: false, said: 'HTTP 200' });
  });

  it('says which check makes a region unhealthy', () => {
    const route53 = route53Of({ peer: 'eu-central-1', evacuated: true });
    expect(describeHealth(route53, of('eu-west-1'))).toMatchObject({
      label: 'unhealthy',
      note: 'Not so: not evacuated, says eu-central-1.',
    });
  });

  it('counts the time scale of the twin in', () => {
    const view = describeHealth(route53Of(), { ...of('eu-west-1'), timeScale: 10 });
    expect(view?.detectionSeconds).toBe(9);
    expect(view?.checks[0]?.pace).toBe('every 3 s, 3 in a row decide');
  });

  it('is nothing for a region that no check decides over', () => {
    expect(describeHealth(route53Of(), of('us-east-1'))).toBeNull();
  });
});

describe('describeObservedHealth()', () => {
  it('says what the region answered and in what time', () => {
    const asked = { region: 'a', isReachable: true, at: '2026-11-23T10:00:00.000Z' };
    expect(describeObservedHealth(null).label).toBe('asking');
    expect(
      describeObservedHealth({ ...asked, isHealthy: true, said: 'HTTP 200', latencyMs: 41.6 }),
    ).toMatchObject({ label: 'healthy', note: 'HTTP 200 in 42 ms' });
    expect(
      describeObservedHealth({ ...asked, isHealthy: false, said: 'No answer within 5 s', latencyMs: null }),
    ).toMatchObject({ label: 'unhealthy', note: 'No answer within 5 s' });
  });
});
