/** Counts a refusal. Gives how many there were since the last count it gave, or undefined where it is too early for one. */
export type RefusalTally = (atMs: number) => number | undefined;

/**
 * Makes a tally of requests that are refused at the door. Whoever floods a region directly is to cost neither a line of the
 * log for each request nor the sight of other lines: the first is told at once, then one in `everyMs` with the number.
 */
export function createRefusalTally({ everyMs = 10_000 }: { readonly everyMs?: number } = {}): RefusalTally {
  let untold = 0;
  let toldAtMs: number | undefined;
  return (atMs) => {
    untold += 1;
    // A clock that stepped back makes an age negative: it is told then, as nobody knows how long ago the last was.
    const ageMs = toldAtMs === undefined ? -1 : atMs - toldAtMs;
    if (ageMs >= 0 && ageMs < everyMs) return undefined;
    const count = untold;
    untold = 0;
    toldAtMs = atMs;
    return count;
  };
}
