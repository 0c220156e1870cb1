import { DeadlineExceededError, ProblemError } from '@gsp/client/fetch';
import { describe, expect, it, vi } from 'vitest';
import { type IncrementOutcome, type RaceOptions, raceIncrements } from '../src/counters/race-increments.ts';

type IncrementCounter = RaceOptions['client']['incrementCounter'];

const regions = ['eu-west-1', 'eu-central-1'];
const counted: Awaited<ReturnType<IncrementCounter>> = {
  id: 'c',
  value: 1,
  answer: { region: 'eu-west-1', attempts: 1, latencyMs: 1, correlationId: 'c', etag: null, replayed: false },
};

async function race(incrementCounter: IncrementCounter, end = new AbortController()) {
  const outcomes: IncrementOutcome[] = [];
  const options = { client: { incrementCounter }, regions, perRegion: 10, signal: end.signal };
  await raceIncrements('c', { ...options, onOutcome: (outcome) => outcomes.push(outcome) });
  return outcomes;
}

describe('raceIncrements()', () => {
  it('counts as often as it was told in each region, never more than two at once in one', async () => {
    const underWay = new Map<string, number>();
    let most = 0;
    const incrementCounter = vi.fn<IncrementCounter>(async (_increment, { region = 'none' } = {}) => {
      underWay.set(region, (underWay.get(region) ?? 0) + 1);
      most = Math.max(most, ...underWay.values());
      await new Promise((resolve) => setImmediate(resolve));
      underWay.set(region, (underWay.get(region) ?? 0) - 1);
      return counted;
    });
    const outcomes = await race(incrementCounter);
    for (const region of regions)
      expect(
        outcomes.filter((told) => told.region === region && told.outcome === 'acknowledged'),
      ).toHaveLength(10);
    expect(most).toBe(2);
  });

  it('tells a refusal, which has not counted, from an increment without an answer, which may have', async () => {
    const refusal = new ProblemError({
      code: 'counter-out-of-range',
      status: 409,
      detail: 'Too large',
      remedy: 'Count in larger units.',
      correlationId: 'c',
      region: 'eu-west-1',
      retryable: false,
      problem: undefined,
    });
    const silence = new DeadlineExceededError('incrementCounter', {
      timeoutMs: 10_000,
      remedy: 'Repeat it.',
    });
    const incrementCounter = vi.fn<IncrementCounter>(async (_increment, options) => {
      throw options?.region === 'eu-west-1' ? refusal : silence;
    });
    const outcomes = await race(incrementCounter);
    for (const { region, outcome } of outcomes)
      expect(outcome).toBe(region === 'eu-west-1' ? 'refused' : 'uncertain');
    expect(outcomes).toHaveLength(20);
  });

  it('sends no more once it is aborted, and lets what is under way come to its end', async () => {
    const end = new AbortController();
    const incrementCounter = vi.fn<IncrementCounter>(async () => {
      end.abort();
      return counted;
    });
    const outcomes = await race(incrementCounter, end);
    expect(outcomes.every(({ outcome }) => outcome === 'acknowledged')).toBe(true);
    expect(outcomes.length).toBeLessThanOrEqual(4);
  });
});
