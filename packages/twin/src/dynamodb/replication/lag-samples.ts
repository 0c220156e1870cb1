const SAMPLES_MAX = 1_000;

/** The latest replication lags of a link. */
export class LagSamples {
  readonly #samples: number[] = [];
  #next = 0;

  add(lagMs: number): void {
    this.#samples[this.#next] = lagMs;
    this.#next = (this.#next + 1) % SAMPLES_MAX;
  }

  /** The smallest lag that the given part of the samples does not exceed, for example 0.99; nothing before the first. */
  quantile(part: number): number | undefined {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  }
}
