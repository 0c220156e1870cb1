import type { StoreCallOptions } from './item-store.ts';

/** A region's sign of life, as its replicas hold it: one record for each region, overwritten each time. */
export interface Heartbeat {
  /** Region that wrote it. */
  readonly region: string;
  /** Grows with every heartbeat of the region; see {@link nextSequence}. */
  readonly sequence: number;
  /** When it was written, in milliseconds since 1970, by the clock of its region. */
  readonly writtenAtMs: number;
  /** Milliseconds that the heartbeat before it took to be seen in a peer's replica; without peers that did not show it. */
  readonly lagMs: ReadonlyMap<string, number>;
}

/** Heartbeats in one region's replica. Methods throw a `PlatformError` as those of the item store do. */
export interface HeartbeatStore {
  /** Keeps a heartbeat in place of the former one of its region. */
  keep(heartbeat: Heartbeat, options?: StoreCallOptions): Promise<void>;
  /** Reads a region's last heartbeat; undefined when this replica holds none. */
  read(region: string, options?: StoreCallOptions): Promise<Heartbeat | undefined>;
}

/**
 * The sequence of a region's next heartbeat: the time, and more than the last one's, so that it grows although a clock
 * steps back, and although the record was lost here while a peer still shows the old one. Counting alone would begin
 * anew then, and the old record would pass for the new one at once:
 *
 *     here     500 ── lost ── 1
 *     peer     500 ────────── 500 ......... 1
 *                             └ 500 >= 1: a lag of nothing, and not true
 */
export function nextSequence(last: Heartbeat | undefined, nowMs: number): number {
  return Math.max(nowMs, (last?.sequence ?? 0) + 1);
}

/**
 * Whether a replica shows a heartbeat, or a later one of the same region. Not only that very one: of two runs of a
 * region that overlap, the peer may never show the first.
 *
 *     run 1    writes 7 ...... polls the peer ──────────────────> sees 8: 7 would have been here by now
 *     run 2             writes 8 ........
 *     peer                              8
 */
export function shows(seen: Heartbeat | undefined, sequence: number): boolean {
  return seen !== undefined && seen.sequence >= sequence;
}

/** Milliseconds since a heartbeat, of another region's clock: never negative, though that clock may be ahead. */
export function ageOf({ writtenAtMs }: Pick<Heartbeat, 'writtenAtMs'>, nowMs: number): number {
  return Math.max(0, nowMs - writtenAtMs);
}
