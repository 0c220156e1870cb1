/**
 * The value that the given share of the values does not exceed: nearest rank, so it is always one of them.
 *
 * @param share above 0 up to 1; 0.95 for the 95th percentile
 * @returns null when there are no values
 */
export function percentile(values: readonly number[], share: number): number | null {
  if (!(share > 0 && share <= 1)) {
    throw new RangeError(`Cannot take a percentile: share is ${share}, a number above 0 up to 1 is needed`);
  }
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? null;
}
