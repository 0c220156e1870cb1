import type { TwinRegion } from '@gsp/twin/control';
import { describe, expect, it } from 'vitest';
import {
  describeConditions,
  describeObservedStatus,
  describeTwinStatus,
} from '../src/regions/describe-status.ts';
import type { ObservedHealth } from '../src/regions/observed-health.ts';
import { twinRegion } from './twin-state-fixture.ts';

const observed: ObservedHealth = {
  region: 'a',
  isHealthy: true,
  isReachable: true,
  said: 'HTTP 200',
  latencyMs: 40,
  at: '2026-11-23T10:00:00.000Z',
};

describe('describeTwinStatus()', () => {
  it('tells a region that was killed from one that was stopped', () => {
    const label = (reason: string) =>
      describeTwinStatus(twinRegion('a', { status: 'stopped', reason })).label;
    expect(label('killed')).toBe('killed');
    expect(label('stopped')).toBe('stopped');
  });

  it('says why a region is not well, and nothing of one that is', () => {
    const note = (facts: Partial<TwinRegion>) => describeTwinStatus(twinRegion('a', facts)).note;
    expect(note({ status: 'impaired', reason: 'its DynamoDB engine ended' })).toBe(
      'its DynamoDB engine ended.',
    );
    expect(note({ status: 'running', reason: 'answers' })).toBeNull();
  });

  it('says of a region that is well how often its engine ended unasked', () => {
    const last = { at: '2026-11-23T10:00:01.000Z', reason: 'its DynamoDB engine ended (SIGKILL)' };
    const note = (count: number) =>
      describeTwinStatus(twinRegion('a', { status: 'running', engineRestarts: { count, last } })).note;
    expect(note(1)).toBe(
      'Its DynamoDB engine ended unasked and was started again once, last at 10:00:01 UTC.',
    );
    expect(note(3)).toMatch('started again 3 times');
  });
});

describe('describeConditions()', () => {
  it('says everything that is done to a region', () => {
    const faults = { slowMs: 800, errorShare: 0.3, throttleShare: 0.125, clockOffsetMs: -60_000 };
    expect(describeConditions(twinRegion('a', faults))).toEqual([
      'slow, +800 ms',
      '30 % errors',
      '12.5 % throttled',
      'clock −1 min',
    ]);
  });

  it('says nothing of a region that is left alone', () => {
    expect(describeConditions(twinRegion('a'))).toEqual([]);
  });
});

describe('describeObservedStatus()', () => {
  it('tells no answer from a bad one, and both from not having asked', () => {
    const refused = { ...observed, isHealthy: false, said: 'HTTP 503 (evacuated)' };
    const silent = { ...refused, isReachable: false, latencyMs: null };
    const labels = [null, observed, refused, silent].map((one) => describeObservedStatus(one).label);
    expect(labels).toEqual(['asking', 'answers', 'unhealthy', 'no answer']);
  });
});
