/** The value below which a share of the samples lies, by the nearest-rank method; NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value: what to quote of a handful of runs on a machine that is never quite still. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}
