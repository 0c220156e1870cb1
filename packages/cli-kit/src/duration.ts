/** A duration that cannot be used. Its message says what can. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** What an evacuation may last: the bounds that the platform's API takes, in seconds. */
export const EVACUATION_SECONDS = { min: 60, max: 86_400 } as const;

/**
 * The seconds in a text such as `90s`, `30m` or `2h`.
 *
 * @throws {DurationError} where the text is no such duration, or is outside of {@link EVACUATION_SECONDS}
 */
export function parseDuration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const seconds = Number(digits) * (SECONDS_PER_UNIT[unit] ?? Number.NaN);
  if (digits === '' || Number.isNaN(seconds))
    throw new DurationError(`${text} is not a duration such as 90s, 30m or 2h.`);
  if (seconds < EVACUATION_SECONDS.min || seconds > EVACUATION_SECONDS.max)
    throw new DurationError(`${text} is not within 1m and 24h.`);
  return seconds;
}

/** Seconds for a person, exact where a minute matters: `0.4 s`, `90 s`, `150 s`, `29 min`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`;
  if (seconds < 600) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
