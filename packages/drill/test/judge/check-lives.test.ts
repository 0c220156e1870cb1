import { describe, expect, test } from 'vitest';
import type { Attempt, ObservedItem } from '../../src/judge/history.ts';
import { broken, image, put, views, W } from './history-fixture.ts';

const base = image(W, { [W]: 10 }, 'base');

/** A PUT that says, or does not say, how long its item lives. */
function putFor(item: ObservedItem, ttlSeconds?: number | null): Attempt {
  const { operation, ...attempt } = put(item, { match: base.version });
  return {
    ...attempt,
    operation: { ...operation, ...(ttlSeconds !== undefined && { ttlSeconds }) } as typeof operation,
  };
}

describe('checkLives', () => {
  const next = image(W, { [W]: 20 }, 'next');
  const { ttl: _ttl, ...forever } = next;
  const judged = (attempt: Attempt, item: ObservedItem) =>
    broken([put(base), attempt], views({ items: [item] }));

  test('checkLives() is content with lives as they were asked for', () => {
    const minute = { ...next, ttl: 80 };
    expect(judged(putFor(next), next)).toEqual([]);
    expect(judged(putFor(forever, null), forever)).toEqual([]);
    expect(judged(putFor(minute, 60), minute)).toEqual([]);
  });

  test('checkLives() notices a life that a write changes without saying so, and one that it does not get', () => {
    const shorter = { ...next, ttl: 3_620 };
    expect(judged(putFor(shorter), shorter)).toEqual(['lives']);
    expect(judged(putFor(next, null), next)).toEqual(['lives']);
    expect(judged(putFor(next, 60), next)).toEqual(['lives']);
    expect(judged(putFor(forever, 60), forever)).toEqual(['lives']);
  });
});
