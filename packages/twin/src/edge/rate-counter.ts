/** What is counted, and by which clock. */
export interface RateCounterOptions {
  readonly windowSeconds: number;
  /** Milliseconds that never step back. */
  readonly clock: () => number;
}

/** Parts of a window that are counted by themselves: the oldest is forgotten as a whole. */
const SLICES = 30;
/** AWS WAF keeps as many addresses for a rule; those that were seen longest ago are forgotten first. */
const SOURCES_MAX = 10_000;

interface Slice {
  readonly number: number;
  count: number;
}

/**
 * Counts requests by source over a window that moves with the clock. Refused ones count too, so that a source comes back
 * only when it has slowed down.
 *
 *     slices  |1 1|3  |0  |2  |              count at "now": all within one window before it
 *             ^ forgotten as a whole         ^ now
 *
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-request-limiting.html
 */
export class RateCounter {
  readonly #clock: () => number;
  readonly #sliceMs: number;
  /** In the order in which sources were seen last. */
  readonly #bySource = new Map<string, Slice[]>();

  constructor({ windowSeconds, clock }: RateCounterOptions) {
    this.#clock = clock;
    this.#sliceMs = (windowSeconds * 1_000) / SLICES;
  }

  /** Counts a request, and gives how many its source made within the window, this one included. */
  count(source: string): number {
    const now = Math.floor(this.#clock() / this.#sliceMs);
    const slices = (this.#bySource.get(source) ?? []).filter(({ number }) => number > now - SLICES);
    const last = slices.at(-1);
    if (last?.number === now) last.count += 1;
    else slices.push({ number: now, count: 1 });
    this.#bySource.delete(source);
    this.#bySource.set(source, slices);
    this.#forget();
    return slices.reduce((sum, { count }) => sum + count, 0);
  }

  #forget(): void {
    if (this.#bySource.size <= SOURCES_MAX) return;
    const [oldest] = this.#bySource.keys();
    if (oldest !== undefined) this.#bySource.delete(oldest);
  }
}
