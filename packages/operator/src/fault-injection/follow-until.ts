import { setTimeout as pause } from 'node:timers/promises';
import { isTransient } from '../cloud/cloud-error.ts';
import type { FisClient, FisExperiment } from './fis-client.ts';

/** Which experiment is looked at, and for how long. */
export interface FollowOptions {
  readonly client: FisClient;
  readonly id: string;
  /** Between two looks, in milliseconds. */
  readonly pollMs: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at an experiment until it is where it should be, or time is up. A look that AWS does not answer is not the last.
 *
 * @returns what was seen last
 * @throws {CloudError} when AWS says no, or says nothing until time is up
 * @throws the signal's reason, where it aborts
 */
export async function followUntil(
  isThere: (experiment: FisExperiment) => boolean,
  { client, id, pollMs, limitMs, signal }: FollowOptions,
): Promise<FisExperiment> {
  const until = performance.now() + limitMs;
  for (;;) {
    const isOver = performance.now() >= until;
    try {
      const found = await client.get(id, signal);
      if (isThere(found) || isOver) return found;
    } catch (error) {
      if (isOver || !isTransient(error)) throw error;
    }
    await pause(pollMs, undefined, { signal });
  }
}
