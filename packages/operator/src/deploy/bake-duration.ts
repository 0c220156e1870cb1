import { parseDuration } from '@gsp/cli-kit';

/**
 * How long a region of a stage of the topology is watched when nobody says: long enough for its alarms to see a
 * minute of it.
 */
const LISTED_BAKE_MS = 120_000;

/**
 * Milliseconds in `10m`, `90s`, `2h`, and in `5s`, which is for trying things out; 0 for `0`, which watches nothing.
 *
 * @throws {DurationError} where the text is none of these
 */
export function parseBake(text: string): number {
  const [, seconds] = /^(\d|[1-5]\d)s$/.exec(text) ?? [];
  if (seconds !== undefined) return Number(seconds) * 1_000;
  return text === '0' ? 0 : parseDuration(text) * 1_000;
}

/** What is watched where nobody says: a stage of the topology 2 minutes, what goes away with its branch not at all. */
export function defaultBakeMs(kind: 'listed' | 'preview' | 'sandbox'): number {
  return kind === 'listed' ? LISTED_BAKE_MS : 0;
}
