/**
 * A write's place in the order of writes to one item: milliseconds, a counter within them, and the region, in
 * fixed width, so that texts compare as the writes do. Two writes never have the same stamp.
 */
export type Stamp = string;

const MS_DIGITS = 9;
const COUNTER_DIGITS = 3;
const COUNTER_LIMIT = 36 ** COUNTER_DIGITS;

/**
 * A region's clock for stamps: a hybrid logical clock (Kulkarni, Demirbas et al., "Logical Physical Clocks",
 * 2014), kept per item instead of per region. A write is stamped above the version that it replaces, however
 * far that one's clock runs ahead, so that a local write always takes effect locally; otherwise the region's
 * own clock rules, as on AWS, where a region whose clock runs ahead wins.
 */
export class HybridLogicalClock {
  readonly #region: string;
  readonly #clock: () => number;
  #offsetMs = 0;
  #lastMs = 0;
  #lastCounter = 0;

  constructor(region: string, clock: () => number) {
    this.#region = region;
    this.#clock = clock;
  }

  /** This region's time, epoch milliseconds, its offset included. */
  nowMs(): number {
    return Math.max(0, Math.floor(this.#clock() + this.#offsetMs));
  }

  /**
   * Sets how far this region's clock is off. Stamps go on increasing, except across a step back: then the
   * region stamps with its earlier time again, as a machine does whose clock was set back. An item's own stamps
   * increase all the same.
   */
  setOffset(offsetMs: number): void {
    if (offsetMs < this.#offsetMs) this.#lastMs = 0;
    this.#offsetMs = offsetMs;
  }

  /** The stamp of a local write over a version with the stamp `above`, which is absent for a new key. */
  next(above?: Stamp): Stamp {
    const nowMs = this.nowMs();
    if (nowMs > this.#lastMs) {
      this.#lastMs = nowMs;
      this.#lastCounter = 0;
    } else this.#tick();
    const stamp = encode(this.#lastMs, this.#lastCounter, this.#region);
    if (above === undefined || above === '' || stamp > above) return stamp;
    return this.#justAbove(above);
  }

  /** Goes on after a restart above a stamp that this region gave before. */
  resumeAfter(stamp: Stamp): void {
    const { ms, counter } = decode(stamp);
    // A clock that was ahead before the restart must not hold later stamps there.
    if (ms > this.nowMs() || ms < this.#lastMs) return;
    this.#lastCounter = ms > this.#lastMs ? counter : Math.max(counter, this.#lastCounter);
    this.#lastMs = ms;
  }

  #tick(): void {
    this.#lastCounter += 1;
    if (this.#lastCounter < COUNTER_LIMIT) return;
    this.#lastMs += 1;
    this.#lastCounter = 0;
  }

  #justAbove(stamp: Stamp): Stamp {
    const { ms, counter } = decode(stamp);
    return counter + 1 < COUNTER_LIMIT
      ? encode(ms, counter + 1, this.#region)
      : encode(ms + 1, 0, this.#region);
  }
}

/** The region that made a write. */
export function originOf(stamp: Stamp): string {
  return stamp.slice(MS_DIGITS + COUNTER_DIGITS + 1);
}

function encode(ms: number, counter: number, region: string): Stamp {
  return `${ms.toString(36).padStart(MS_DIGITS, '0')}${counter.toString(36).padStart(COUNTER_DIGITS, '0')}.${region}`;
}

function decode(stamp: Stamp): { ms: number; counter: number } {
  const ms = Number.parseInt(stamp.slice(0, MS_DIGITS), 36);
  const counter = Number.parseInt(stamp.slice(MS_DIGITS, MS_DIGITS + COUNTER_DIGITS), 36);
  return { ms: Number.isFinite(ms) ? ms : 0, counter: Number.isFinite(counter) ? counter : 0 };
}
