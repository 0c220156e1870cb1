import { poll } from '@gsp/cli-kit';
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
  const untilMs = performance.now() + limitMs;
  const isLast = () => performance.now() >= untilMs;
  return poll(
    async () => {
      const found = await client.get(id, signal);
      return isThere(found) || isLast() ? found : undefined;
    },
    { intervalMs: pollMs, signal, isTransient: (error) => isTransient(error) && !isLast() },
  );
}
