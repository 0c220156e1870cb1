import type { Random } from '@gsp/twin';

/**
 * A new idempotency key with its time in it, as the platform's client makes them: a UUIDv7 (RFC 9562, section 5.7),
 * whose random bits follow from the seed.
 *
 * @param nowMs - milliseconds since 1970
 */
export function timedKey(nowMs: number, random: Random): string {
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = '89ab'[Math.floor(random() * 4)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
