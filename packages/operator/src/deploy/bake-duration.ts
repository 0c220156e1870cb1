import { parseDuration } from '@gsp/cli-kit';

/**
 * How long a region of a stage of the topology is watched when nobody says: long enough for its alarms to see a
 * minute of it.
 */
const LISTED_BAKE_MS = 120_000;

/**
 * Milliseconds in `10m`, `90s`, `2h`; 0 for `0`, which watches nothing.
 *
 * @throws {InvalidArgumentError} where the text is none of these
 */
export function parseBake(text: string): number {
  return text === '0' ? 0 : parseDuration(text, { minMs: 1_000, maxMs: 86_400_000 });
}

/** What is watched where nobody says: a stage of the topology 2 minutes, what goes away with its branch not at all. */
export function defaultBakeMs(kind: 'listed' | 'preview' | 'sandbox'): number {
  return kind === 'listed' ? LISTED_BAKE_MS : 0;
}
