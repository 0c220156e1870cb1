import { InvalidArgumentError } from 'commander';

const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Bounds of a duration, in milliseconds, both allowed. */
export interface DurationBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * The milliseconds in a text such as `500ms`, `90s`, `30m` or `2h`.
 *
 * @throws {InvalidArgumentError} where the text is no such duration, or is outside of the bounds
 */
export function parseDuration(text: string, { minMs, maxMs }: DurationBounds): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(digits) * (MS_PER_UNIT[unit] ?? Number.NaN);
  if (digits === '' || Number.isNaN(ms))
    throw new InvalidArgumentError(
      `${text} is not a duration such as ${minMs < 1_000 ? '500ms, ' : ''}90s, 30m or 2h.`,
    );
  if (ms < minMs || ms > maxMs)
    throw new InvalidArgumentError(`${text} is not within ${shortest(minMs)} and ${shortest(maxMs)}.`);
  return ms;
}

/** A duration as {@link parseDuration} takes it, in its largest unit. */
function shortest(ms: number): string {
  const [unit = 'ms', size = 1] =
    Object.entries(MS_PER_UNIT).findLast(([, size]) => ms >= size && ms % size === 0) ?? [];
  return `${ms / size}${unit}`;
}

/** Seconds for a person, exact where a minute matters: `0.4 s`, `90 s`, `150 s`, `29 min`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  if (seconds < 600) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
