import { percentile } from '@gsp/cli-kit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram } from '../../src/probe/latency-histogram.ts';
import { ProbeFigures } from '../../src/probe/probe-figures.ts';
import type { RegionSnapshot } from '../../src/probe/probe-snapshot.ts';
import { AWAY, attemptOf, callOf, fakeClient, HOME, viewOf } from './fake-client.ts';

const SPAN_MS = 10_000;

function figuresAt(endpoint: 'regional' | 'global' = 'regional') {
  let nowMs = 0;
  const client = fakeClient(endpoint === 'global' ? { views: () => [viewOf('global')] } : {});
  const lag = () => [{ from: HOME, to: AWAY, lagMs: 40 }];
  const figures = new ProbeFigures({ client, endpoint, lag, spanMsMax: SPAN_MS, nowMs: () => nowMs });
  return {
    client,
    figures,
    at: (ms: number) => {
      nowMs = ms;
    },
  };
}

function named(regions: readonly RegionSnapshot[], name: string): RegionSnapshot {
  const found = regions.find(({ region }) => region === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

describe('ProbeFigures', () => {
  test('latest() tells what each region served, how fast, and what failed there', () => {
    const { client, figures } = figuresAt();
    for (const latencyMs of [10, 20, 30, 40]) client.emit('attempt', attemptOf({ latencyMs }));
    client.emit('attempt', attemptOf({ outcome: 'timed-out', latencyMs: 1_000 }));
    client.emit('attempt', attemptOf({ outcome: 'abandoned', latencyMs: 500 }));
    client.emit('attempt', attemptOf({ region: AWAY, kind: 'failover', latencyMs: 80 }));
    for (let calls = 0; calls < 3; calls += 1) client.emit('call', callOf());
    client.emit('call', callOf({ region: AWAY, attempts: 3 }));
    client.emit('failover', { from: HOME, to: AWAY, reason: 'test', atMs: 0 });
    const snapshot = figures.latest(SPAN_MS);
    expect(snapshot).toMatchObject({ calls: 4, failed: 0, requests: 6, requestsPerCall: 1.5, failovers: 1 });
    const home = named(snapshot.regions, HOME);
    expect(home).toMatchObject({ served: 3, share: 0.75, requests: 6, errors: 1, state: 'closed', lag: [] });
    expect(home.p50Ms).toBeCloseTo(20.2, 0);
    // What timed out or was not waited for is no latency of an answer.
    expect(home.p99Ms).toBeLessThan(41);
    expect(named(snapshot.regions, AWAY).lag).toEqual([{ from: HOME, to: AWAY, lagMs: 40 }]);
  });

  test('latest() forgets what is older than its span, and whole() does not', () => {
    const { client, figures, at } = figuresAt();
    client.emit('call', callOf({ outcome: 'failed', region: null, reason: 'RegionsUnavailableError' }));
    client.emit('attempt', attemptOf({ latencyMs: 700 }));
    at(SPAN_MS);
    client.emit('call', callOf());
    expect(figures.latest(SPAN_MS)).toMatchObject({ calls: 1, failed: 0, elapsedSeconds: 10 });
    expect(named(figures.latest(SPAN_MS).regions, HOME).p99Ms).toBeNull();
    expect(figures.whole()).toMatchObject({ calls: 2, failed: 1 });
    expect(named(figures.whole().regions, HOME).p99Ms).toBeGreaterThan(699);
    expect(figures.latestFailure).toBe('getItem, RegionsUnavailableError');
  });

  test('whole() counts a call for failed when it was refused, and not at all when it was given up', () => {
    const { client, figures } = figuresAt();
    client.emit('call', callOf({ outcome: 'aborted', region: null }));
    expect(figures.whole()).toMatchObject({ calls: 0, failed: 0, requestsPerCall: null });
    client.emit('call', callOf({ outcome: 'refused', reason: 'item-not-found' }));
    expect(figures.whole()).toMatchObject({ calls: 1, failed: 1 });
  });

  test('whole() counts a read apart that no region in reach could answer as its session has seen it', () => {
    const { client, figures } = figuresAt();
    client.emit('call', callOf({ outcome: 'failed', region: AWAY, reason: 'replica-behind' }));
    expect(figures.whole()).toMatchObject({ calls: 1, failed: 0, behind: 1 });
    expect(named(figures.whole().regions, AWAY).served).toBe(0);
    expect(figures.latestFailure).toBeNull();
  });

  test('whole() tells the regions behind the global name by their answers', () => {
    const { client, figures } = figuresAt('global');
    client.emit('attempt', attemptOf({ region: 'global', latencyMs: 30 }));
    client.emit('call', callOf({ region: AWAY, latencyMs: 30 }));
    const { regions } = figures.whole();
    expect(regions.map(({ region }) => region)).toEqual([AWAY, 'global']);
    expect(named(regions, AWAY)).toMatchObject({ share: 1, served: 1, state: null });
    expect(named(regions, AWAY).p50Ms).toBeCloseTo(30.3, 0);
    expect(named(regions, 'global')).toMatchObject({ share: null, requests: 1 });
  });

  test('whole() stays as it was when the figures were closed', () => {
    const { client, figures } = figuresAt();
    figures.close();
    client.emit('call', callOf());
    expect(figures.whole().calls).toBe(0);
  });
});

describe('LatencyHistogram', () => {
  test('percentile() is never too low, and at most 2 % and a tenth too high, whatever the latencies', () => {
    const latencies = fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(latencies, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const histogram = new LatencyHistogram();
        for (const value of values) histogram.add(value);
        const exact =
          percentile(
            values.toSorted((a, b) => a - b),
            percent,
          ) ?? Number.NaN;
        const found = histogram.percentile(percent);
        expect(found).toBeGreaterThanOrEqual(exact - 0.11);
        expect(found).toBeLessThanOrEqual(exact * 1.02 + 0.11);
      }),
    );
  });

  test('percentile() is null of nothing', () => {
    expect(new LatencyHistogram().percentile(99)).toBeNull();
  });
});
