const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Bounds of a length of time, in milliseconds, and how a message writes them. */
export interface TimeBounds {
  readonly minMs: number;
  readonly maxMs: number;
  readonly words: string;
}

/**
 * The milliseconds in a text such as `500ms`, `30s`, `5m` or `2h`.
 *
 * @throws {RangeError} where the text is no such time, or outside of the bounds
 */
export function parseTime(text: string, { minMs, maxMs, words }: TimeBounds): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * (MS_PER_UNIT[unit] ?? Number.NaN);
  if (digits === '' || Number.isNaN(ms))
    throw new RangeError(`${text} is not a time such as 500ms, 30s, 5m or 2h.`);
  if (ms < minMs || ms > maxMs) throw new RangeError(`${text} is not within ${words}.`);
  return ms;
}
