/** Each bucket's upper end is this much above its lower one: no percentile is more than that too high. */
const GROWTH = 1.02;
const LOWEST_MS = 0.1;

/**
 * Latencies of a run of any length, in a memory that does not grow with it: as counts by buckets whose widths grow with the
 * latency, as in an HDR histogram (http://hdrhistogram.org).
 */
export class LatencyHistogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(latencyMs: number): void {
    const bucket = Math.max(
      0,
      Math.ceil(Math.log(Math.max(latencyMs, LOWEST_MS) / LOWEST_MS) / Math.log(GROWTH)),
    );
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#total += 1;
  }

  /** The latency that this many percent do not exceed, at most 2 % too high, to a tenth; null of none. */
  percentile(percent: number): number | null {
    const rank = Math.max(1, Math.ceil((percent / 100) * this.#total));
    let seen = 0;
    for (const bucket of [...this.#counts.keys()].sort((a, b) => a - b)) {
      seen += this.#counts.get(bucket) ?? 0;
      if (seen >= rank) return Math.round(LOWEST_MS * GROWTH ** bucket * 10) / 10;
    }
    return null;
  }
}
