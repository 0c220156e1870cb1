import type { Random } from '../dynamodb/replication/seeded-random.ts';

/** How far a checker may stray from its even place, as a share of the gap between two checkers, either way. */
const JITTER_SHARE = 0.1;

/**
 * When in the interval each checker asks, in the unit of the interval. Route 53's checkers do not agree on times,
 * and yet there are so many that an endpoint sees them evenly: a request about every two seconds at 30 s. So few as
 * run here must be spread on purpose; all at once they would need up to a whole interval more, or less, to notice
 * that an endpoint has died:
 *
 *     asks of 8 checkers   1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8 1 2 3 4 5 6 7 8
 *     the endpoint dies       x
 *     turn, threshold 2                        3 4 5 6 7 8 1   one of 8 left, 12.5 %: unhealthy
 *                             |<-- (threshold - 1) + 6/8 to 7/8 -->| intervals
 */
export function checkerPhases(count: number, interval: number, random: Random): number[] {
  const turn = random();
  return Array.from({ length: count }, (_, index) => {
    const jitter = (random() * 2 - 1) * JITTER_SHARE;
    return (((((index + jitter) / count + turn) % 1) + 1) % 1) * interval;
  });
}

/** The first time after `now` at which a checker of that phase asks. All in one unit, from one origin. */
export function nextAsk(now: number, phase: number, interval: number): number {
  const rounds = Math.floor((now - phase) / interval) + 1;
  return phase + Math.max(0, rounds) * interval;
}
