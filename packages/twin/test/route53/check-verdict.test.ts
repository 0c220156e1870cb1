import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CheckerOpinion,
  endpointVerdict,
  NO_OPINION,
  opinionAfter,
} from '../../src/route53/health-verdicts.ts';

const THRESHOLD = fc.integer({ min: 1, max: 10 });

describe('opinionAfter()', () => {
  test('makes its opinion of the first answer', () => {
    expect(opinionAfter(NO_OPINION, true, 3).healthy).toBe(true);
    expect(opinionAfter(NO_OPINION, false, 3).healthy).toBe(false);
  });

  test('turns exactly when as many answers in a row as the threshold have spoken against it, in both directions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
        THRESHOLD,
        (answers, threshold) => {
          let opinion: CheckerOpinion = NO_OPINION;
          let expected: boolean | null = null;
          for (const [index, answer] of answers.entries()) {
            opinion = opinionAfter(opinion, answer, threshold);
            // Said without counting: the latest answers, as many as the threshold, all say the other thing.
            const latest = answers.slice(Math.max(0, index + 1 - threshold), index + 1);
            const turned = latest.length === threshold && latest.every((each) => each === answer);
            if (expected === null || turned) expected = answer;
            expect(opinion.healthy).toBe(expected);
          }
        },
      ),
    );
  });

  test('never counts further than to the threshold', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), THRESHOLD, (answers, threshold) => {
        const opinion = answers.reduce<CheckerOpinion>(
          (before, answer) => opinionAfter(before, answer, threshold),
          NO_OPINION,
        );
        expect(opinion.against).toBeLessThan(threshold);
      }),
    );
  });
});

describe('endpointVerdict()', () => {
  test.each([
    { checkers: 3, healthy: 1, verdict: true },
    { checkers: 3, healthy: 0, verdict: false },
    { checkers: 5, healthy: 1, verdict: true },
    { checkers: 6, healthy: 1, verdict: false },
    { checkers: 8, healthy: 2, verdict: true },
    { checkers: 8, healthy: 1, verdict: false },
    { checkers: 50, healthy: 9, verdict: false },
    { checkers: 50, healthy: 10, verdict: true },
  ])('is $verdict when $healthy of $checkers say healthy', ({ checkers, healthy, verdict }) => {
    const opinions = Array.from({ length: checkers }, (_, index) => ({
      healthy: index < healthy,
      against: 0,
    }));
    expect(endpointVerdict(opinions)).toBe(verdict);
  });

  test('is healthy without data, and one more healthy opinion never makes it unhealthy', () => {
    const opinion = fc.record({ healthy: fc.constantFrom(true, false, null), against: fc.constant(0) });
    expect(endpointVerdict([])).toBe(true);
    expect(endpointVerdict([NO_OPINION, NO_OPINION, NO_OPINION])).toBe(true);
    fc.assert(
      fc.property(fc.array(opinion, { minLength: 1 }), fc.nat(), (opinions, at) => {
        const better = opinions.with(at % opinions.length, { healthy: true, against: 0 });
        if (endpointVerdict(opinions)) expect(endpointVerdict(better)).toBe(true);
      }),
    );
  });
});
