import { setTimeout as pause } from 'node:timers/promises';
import type { PlatformClient } from '@gsp/client';

/** What a probe sends. */
export interface LoadOptions {
  readonly client: PlatformClient;
  /** Calls begun in a second. */
  readonly rate: number;
  /** Share of calls that write, 0 to 1. */
  readonly writeShare: number;
  /** Partition of everything that is written. */
  readonly pk: string;
  /** Ends the load. */
  readonly signal: AbortSignal;
  readonly random: () => number;
}

/** Life of what a probe leaves behind. */
export const PROBE_TTL_SECONDS = 120;

/** Items that are read again: those written last, well within their life. */
const RECENT_MAX = 16;

/**
 * Begins calls at an even rate until it is told to end, whether earlier ones were answered or not, and resolves when the
 * last one has ended. How each ended the client tells its listeners.
 *
 * A beat that is late is not made up for: a burst would measure this machine, and not the platform.
 */
export async function sendLoad({ client, rate, writeShare, pk, signal, random }: LoadOptions): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const recent: { readonly pk: string; readonly sk: string }[] = [];
  const call = async () => {
    if (random() < writeShare) {
      const { item } = await client.writeItem(
        { pk, data: { probe: true }, ttlSeconds: PROBE_TTL_SECONDS },
        { signal },
      );
      recent.push({ pk, sk: item.sk });
      if (recent.length > RECENT_MAX) recent.shift();
      return;
    }
    const known = recent[Math.floor(random() * recent.length)];
    if (known === undefined) await client.listItems({ pk, limit: 10 }, { signal });
    else await client.getItem(known, { signal });
  };
  let dueAtMs = performance.now();
  while (!signal.aborted) {
    // A failed call is counted where the client tells of it.
    const calling: Promise<void> = call()
      .catch(() => undefined)
      .finally(() => underWay.delete(calling));
    underWay.add(calling);
    dueAtMs = Math.max(dueAtMs + 1_000 / rate, performance.now());
    await pause(dueAtMs - performance.now(), undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(underWay);
}
