import fc from 'fast-check';
import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { admitKey, clockSkewSeconds, keyTimeMs } from '../../src/domain/key-window.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.500Z');
const windowSeconds = 600;
const keyAt = (atMs: number) => v7({ msecs: atMs });

describe('keyTimeMs()', () => {
  it('reads the time of any UUIDv7, in either case, and of nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.boolean(), (atMs, isUpper) => {
        const key = keyAt(atMs);
        expect(keyTimeMs(isUpper ? key.toUpperCase() : key)).toBe(atMs);
      }),
    );
    for (const key of ['k', '', crypto.randomUUID(), `${keyAt(5)} `, keyAt(5).replaceAll('-', '')])
      expect(keyTimeMs(key)).toBeUndefined();
  });
});

describe('admitKey()', () => {
  const admit = (key: string) => admitKey(key, { nowMs, windowSeconds });

  it('admits a key from the begin of its window to its end, and from a clock that is a little ahead', () => {
    const first = nowMs - windowSeconds * 1000;
    const last = nowMs + clockSkewSeconds * 1000;
    for (const atMs of [first, nowMs, last]) expect(admit(keyAt(atMs)).keyMs).toBe(atMs);
    for (const atMs of [first - 1, last + 1])
      expect(() => admit(keyAt(atMs))).toThrow(
        expect.objectContaining({
          code: 'idempotency-key-out-of-window',
          serverTime: '2026-11-22T12:00:00.500Z',
        }),
      );
  });

  it('has a key remembered for longer than any region admits it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -600_000, max: 300_000 }),
        fc.integer({ min: -300_000, max: 300_000 }),
        (ageMs, clockMs) => {
          const key = keyAt(nowMs + ageMs);
          const { until } = admit(key);
          // A region whose clock is off by so much, at the moment at which the key is forgotten elsewhere.
          const there = { nowMs: until * 1000 + clockMs, windowSeconds };
          expect(() => admitKey(key, there)).toThrow(
            expect.objectContaining({ code: 'idempotency-key-out-of-window' }),
          );
        },
      ),
    );
  });

  it('opens the window of a key without a time when it is used', () => {
    expect(admit('k')).toStrictEqual({
      until: Math.floor(nowMs / 1000) + 1 + windowSeconds + clockSkewSeconds,
    });
  });
});
