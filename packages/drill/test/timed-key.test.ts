import { seededRandom } from '@gsp/twin';
import { describe, expect, test } from 'vitest';
import { timedKey } from '../src/timed-key.ts';

describe('timedKey', () => {
  test('timedKey() makes UUIDv7s with their time, which follow from the seed', () => {
    const nowMs = Date.UTC(2026, 10, 22);
    const keys = (seed: number) => {
      const random = seededRandom(seed, 'keys');
      return Array.from({ length: 50 }, () => timedKey(nowMs, random));
    };
    for (const key of keys(1)) {
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(Number.parseInt(key.replace('-', '').slice(0, 12), 16)).toBe(nowMs);
    }
    expect(new Set(keys(1)).size).toBe(50);
    expect(keys(1)).toEqual(keys(1));
  });
});
