import type { Random } from './random.ts';

/** Longest first wait, in milliseconds. */
const baseMs = 50;
const capMs = 1_000;

/**
 * How long to wait before the same region is asked again: anything up to a bound that doubles, so that clients which
 * failed together do not come back together ("full jitter").
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param round - 0 for the first wait of a call
 */
export function backoffMs(round: number, random: Random): number {
  return random() * Math.min(capMs, baseMs * 2 ** round);
}
