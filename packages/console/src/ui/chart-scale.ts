/** What of time is shown: all of it, or the latest `windowSeconds`. An empty chart shows some time all the same. */
export function timeRange({
  min,
  max,
  windowSeconds,
}: {
  readonly min: number | null;
  readonly max: number | null;
  readonly windowSeconds: number | undefined;
}): [number, number] {
  const end = max ?? 0;
  if (windowSeconds !== undefined) return [end - windowSeconds, end];
  return min === null || min === end ? [end - 1, end] : [min, end];
}

/** The next of 1, 2, 2.5, 5 times a power of ten that is not below `value`: so the axis changes rarely. */
export function niceMaximum(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}
