import { type Clock, isProblemError, type PlatformClient } from '@gsp/client/fetch';
import type { ItemKey } from '@gsp/platform/contract';

import type { Look } from './arrival-timeline.ts';

/** What is watched, and by whom. */
export interface WatchOptions {
  readonly client: Pick<PlatformClient, 'getItem'>;
  readonly clock: Clock;
  readonly key: ItemKey;
  /** Regions in which it is not known to be yet. */
  readonly regions: readonly string[];
  /** When the write was acknowledged, in milliseconds of the clock. */
  readonly acknowledgedAtMs: number;
  /** Ends the watch; it then resolves at once. */
  readonly signal: AbortSignal;
  /** Longest watch. @default 60_000 */
  readonly watchMs?: number;
  /** Hears of each answer, `atMs` after the acknowledgement. */
  readonly onLook: (look: { readonly region: string; readonly look: Look; readonly atMs: number }) => void;
}

// Dense at first, as most writes arrive within a second; a cut link is not asked sixty thousand times.
const denseForMs = 3_000;
const denseEveryMs = 40;
const sparseEveryMs = 500;
// A read that hangs would hide the arrival that it was to see.
const lookTimeoutMs = 2_000;

/**
 * Asks each region by itself, outside of any session, until it shows the item or the time is up. What is measured is
 * the moment of the answer, so a network's round trip is in it. Never rejects; resolves when nothing is left to watch.
 */
export async function watchArrival(options: WatchOptions): Promise<void> {
  await Promise.all(options.regions.map((region) => watchRegion(region, options)));
}

async function watchRegion(region: string, options: WatchOptions): Promise<void> {
  const { clock, acknowledgedAtMs, signal, watchMs = 60_000, onLook } = options;
  const startedAtMs = clock.nowMs();
  while (!signal.aborted && clock.nowMs() - startedAtMs < watchMs) {
    const look = await lookFor(region, options);
    if (signal.aborted) return;
    onLook({ region, look, atMs: clock.nowMs() - acknowledgedAtMs });
    if (look === 'visible') return;
    const isDense = look === 'absent' && clock.nowMs() - startedAtMs < denseForMs;
    await pause(isDense ? denseEveryMs : sparseEveryMs, { clock, signal });
  }
}

async function lookFor(region: string, { client, key, signal }: WatchOptions): Promise<Look> {
  try {
    await client.getItem(key, { region, session: null, signal, timeoutMs: lookTimeoutMs });
    return 'visible';
  } catch (error) {
    return isProblemError(error, 'item-not-found') ? 'absent' : 'unreachable';
  }
}

function pause(
  delayMs: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancelTimer();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancelTimer = clock.setTimer(delayMs, end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
