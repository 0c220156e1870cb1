import { PlatformError } from './platform-error.ts';

/** How far clocks of clients and regions may differ, in seconds. */
export const clockSkewSeconds = 300;

/** An idempotency key that may be used now. */
export interface AdmittedKey {
  /** The key's time, in milliseconds since 1970; absent for a key that has none. */
  readonly keyMs?: number;
  /** End of its window by every region's clock, in seconds since 1970: until then the key is remembered. */
  readonly until: number;
}

const uuidV7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** Reads the time of an idempotency key, if it has one: that of a UUIDv7 (RFC 9562, section 5.7), in milliseconds. */
export function keyTimeMs(idempotencyKey: string): number | undefined {
  const [, high, low] = uuidV7.exec(idempotencyKey) ?? [];
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}

/**
 * Admits an idempotency key within its window, which begins with the key's time or, where it has none, with its first
 * use. Within it the key is remembered; after it the key is refused for its time alone, in every region and without any
 * memory:
 *
 *     key's time          + window            + window and skew
 *     |   remembered       |  refused by clocks  |  forgotten: refused by every clock
 *                          |  that are right      |  that is at most the skew behind
 *
 * @throws PlatformError `idempotency-key-out-of-window` when the key is older than the window, or more than
 * {@link clockSkewSeconds} ahead.
 */
export function admitKey(
  idempotencyKey: string,
  { nowMs, windowSeconds }: { nowMs: number; windowSeconds: number },
): AdmittedKey {
  const keyMs = keyTimeMs(idempotencyKey);
  const until = Math.floor((keyMs ?? nowMs) / 1000) + 1 + windowSeconds + clockSkewSeconds;
  if (keyMs === undefined) return { until };
  if (keyMs < nowMs - windowSeconds * 1000)
    throw keyOutOfWindow(`it is older than ${windowSeconds} s`, nowMs);
  if (keyMs > nowMs + clockSkewSeconds * 1000)
    throw keyOutOfWindow(`its time is more than ${clockSkewSeconds} s ahead`, nowMs);
  return { keyMs, until };
}

/** The error for a key whose repetition could not be told from a new write. Nothing was made. */
export function keyOutOfWindow(reason: string, nowMs: number): PlatformError {
  return new PlatformError('idempotency-key-out-of-window', `Cannot take the idempotency key: ${reason}`, {
    serverTime: new Date(nowMs).toISOString(),
  });
}
