import type { CallEvent } from '@gsp/client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeTraffic, failureSentence } from '../src/traffic/traffic-figure-list.tsx';
import { createTrafficLog } from '../src/traffic/traffic-log.ts';
import { failoverMark, markText, recoveredMark } from '../src/traffic/traffic-mark.ts';
import { attemptEvent, callEvent } from './traffic-events.ts';

const regions = ['eu-west-1', 'eu-central-1'];

const anyCall: fc.Arbitrary<CallEvent> = fc
  .record({
    outcome: fc.constantFrom('ok', 'refused', 'failed', 'aborted'),
    region: fc.constantFrom(...regions, 'eu-north-1'),
    latencyMs: fc.integer({ min: 0, max: 5_000 }),
    attempts: fc.integer({ min: 1, max: 4 }),
  })
  .map((call) => callEvent({ ...call, region: call.outcome === 'failed' ? null : call.region }));

describe('createTrafficLog()', () => {
  it('counts every call once and keeps no more than it may, whatever happens', () =>
    fc.assert(
      fc.property(fc.array(anyCall, { maxLength: 200 }), (events) => {
        const log = createTrafficLog({ regions, callsMax: 50, latenciesMax: 20 });
        for (const event of events) log.noteCall(event);
        const { figures, calls } = log.snapshot();
        const counted = events.filter(({ outcome }) => outcome !== 'aborted');
        expect(calls).toEqual(counted.slice(-50));
        expect(figures.calls).toBe(counted.length);
        expect(figures.failed).toBe(events.filter(({ outcome }) => outcome === 'failed').length);
        const answered = figures.byRegion.reduce((sum, region) => sum + region.calls, 0);
        expect(answered + figures.failed).toBe(figures.calls);
        const shares = figures.byRegion.reduce((sum, { share }) => sum + share, 0);
        expect(shares).toBeCloseTo(answered === 0 ? 0 : 1);
      }),
    ));

  it('names each region from the start, and says that there is no figure yet', () => {
    const { figures } = createTrafficLog({ regions }).snapshot();
    expect(figures.byRegion.map(({ region, p50Ms }) => [region, p50Ms])).toEqual([
      ['eu-west-1', null],
      ['eu-central-1', null],
    ]);
    expect([figures.p99Ms, figures.requestsPerCall]).toEqual([null, null]);
  });

  it('counts what was sent beyond the first request by its kind', () => {
    const log = createTrafficLog({ regions });
    for (const kind of ['first', 'failover', 'first', 'hedge', 'retry', 'failover'] as const)
      log.noteAttempt(attemptEvent({ kind }));
    log.noteCall(callEvent({ attempts: 4 }));
    log.noteCall(callEvent({ attempts: 2 }));
    const { retries, hedges, failovers, requestsPerCall } = log.snapshot().figures;
    expect({ retries, hedges, failovers, requestsPerCall }).toEqual({
      retries: 1,
      hedges: 1,
      failovers: 2,
      requestsPerCall: 3,
    });
  });

  it('draws a burst of failovers as one mark, and keeps the latest marks only', () => {
    const log = createTrafficLog({ regions, marksMax: 2 });
    const away = { from: 'eu-west-1', to: 'eu-central-1', reason: 'timed-out' };
    log.noteMark(failoverMark({ ...away, from: 'eu-north-1', atMs: 0 }));
    for (const atMs of [5_000, 5_040, 5_900]) log.noteMark(failoverMark({ ...away, atMs }));
    log.noteMark(recoveredMark({ region: 'eu-west-1', outageMs: 800, atMs: 5_950 }));
    const { marks } = log.snapshot();
    expect(marks.map((mark) => [markText(mark), mark.count, mark.atMs])).toEqual([
      ['eu-west-1 → eu-central-1', 3, 5_000],
      ['eu-west-1 is back', 1, 5_950],
    ]);
  });
});

describe('failureSentence()', () => {
  it('groups thousands', () => {
    expect(failureSentence({ calls: 1_234, failed: 0 })).toBe('0 of 1,234 calls failed');
  });
});

describe('describeTraffic()', () => {
  it('says who answered and how fast', () => {
    const log = createTrafficLog({ regions });
    log.noteCall(callEvent({ latencyMs: 0.4 }));
    log.noteCall(callEvent({ region: 'eu-central-1', latencyMs: 21.3 }));
    log.noteCall(callEvent({ region: null, outcome: 'failed', latencyMs: 5_000 }));
    expect(describeTraffic(log.snapshot().figures)).toBe(
      '1 of 3 calls failed; eu-west-1 answered 1, half of them within 0.4 ms; eu-central-1 answered 1, half of them within 21 ms.',
    );
  });

  it('says that there is nothing yet', () => {
    expect(describeTraffic(createTrafficLog({ regions }).snapshot().figures)).toBe('No call has ended yet.');
  });
});
