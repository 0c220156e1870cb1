import { setTimeout as pause } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import type { TargetRegion } from '../target-twin.ts';
import type { TargetPlatform } from './target-platform.ts';

/**
 * Waits until every check has asked and is healthy, and DNS answers, so that a scenario begins with nothing broken.
 *
 * @returns names of the checks of which that could not be said at the limit; none where all is well
 */
export async function awaitHealthy(
  platform: TargetPlatform,
  { limitSeconds, signal }: { limitSeconds: number; signal: AbortSignal },
): Promise<readonly string[]> {
  const limitMs = performance.now() + (limitSeconds / platform.timeScale) * 1_000;
  for (;;) {
    const { checks, answer } = await platform.look(signal);
    const unhealthy = checks
      .filter(({ isHealthy, hasData }) => !isHealthy || !hasData)
      .map(({ name }) => name);
    if (unhealthy.length === 0 && answer !== null) return [];
    if (performance.now() > limitMs) return unhealthy;
    await pause(platform.lookIntervalMs, undefined, { signal });
  }
}

/** As many at once as environments of one function that a twin runs, and as often as it takes to have used them all. */
const AT_ONCE = 4;
const ROUNDS = 3;

/** A cold start of everything at once, on a machine that is busy. */
const TIMEOUT_MS = 8_000;

/**
 * Has each region start its functions before traffic comes: how long a cold start takes on a machine that runs all regions
 * and their clients says nothing about AWS, and it would pass for a failure. What comes of the requests does not matter.
 *
 * @param pk - partition of what is written meanwhile, which no judge looks at; null where nothing may be written
 */
export async function warmRegions(
  regions: readonly TargetRegion[],
  { pk, dispatcher, signal }: { pk: string | null; dispatcher: Dispatcher; signal: AbortSignal },
): Promise<void> {
  const once = async (api: string, isWrite: boolean) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = isWrite
      ? await request(`${api}/write`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ pk, data: { op: 'warm' } }),
          dispatcher,
          signal: limit,
        })
      : await request(`${api}/items/warm/warm`, { dispatcher, signal: limit });
    await response.body.dump();
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const requests = regions.flatMap(({ api }) =>
      Array.from({ length: AT_ONCE }, (_, index) => once(api, pk !== null && index % 2 === 0)),
    );
    await Promise.allSettled(requests);
    signal.throwIfAborted();
  }
}
