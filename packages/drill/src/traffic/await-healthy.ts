import { setTimeout as pause } from 'node:timers/promises';
import type { DrilledPlatform } from './target-platform.ts';

/**
 * Waits until every check has asked and is healthy, and DNS answers, so that a scenario begins with nothing broken.
 *
 * @returns names of the checks of which that could not be said at the limit; none where all is well
 */
export async function awaitHealthy(
  platform: DrilledPlatform,
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
