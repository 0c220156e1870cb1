import { randomUUID } from 'node:crypto';
import { poll } from '@gsp/cli-kit';
import { encodePathKey, headerNames } from '@gsp/platform/contract';
import { askApi, reasonOf } from './ask-api.ts';
import type { RegionApi } from './region-api.ts';
import { SMOKE_PK, SMOKE_TTL_SECONDS, SmokeError, writtenSchema } from './smoke-region.ts';

/** How long an item of one region took to be seen in another. */
export interface ReplicationLag {
  readonly from: string;
  readonly to: string;
  /** From the answer to the write until it was first read elsewhere. */
  readonly lagMs: number;
}

/** How replication is tried. */
export interface ReplicationOptions {
  readonly signal: AbortSignal;
  /** @default 30000 - "typically within a second"; there is no promise */
  readonly withinMs?: number;
  /** @default 500 */
  readonly pollMs?: number;
}

/**
 * Writes an item in each of two regions and waits until it is visible in the other.
 *
 * @throws {SmokeError} where one is not visible within its time, or could not be written
 * @throws the signal's reason, where it aborts
 */
export async function checkReplication(
  api: RegionApi,
  { peer, ...options }: ReplicationOptions & { readonly peer: RegionApi },
): Promise<readonly ReplicationLag[]> {
  const there = await lagBetween(api, { to: peer, ...options });
  const back = await lagBetween(peer, { to: api, ...options });
  return [there, back];
}

/** One direction of {@link checkReplication}. */
export async function lagBetween(
  from: RegionApi,
  { to, signal, withinMs = 30_000, pollMs = 500 }: ReplicationOptions & { readonly to: RegionApi },
): Promise<ReplicationLag> {
  const path = await writeIn(from, signal);
  const writtenAtMs = performance.now();
  let last = 'it was never asked';
  return poll(
    async () => {
      const answer = await askApi({ method: 'GET', endpoint: to.endpoint, path, signal }).catch(
        (error: unknown) => {
          last = reasonOf(error);
          return null;
        },
      );
      if (answer?.status === 200)
        return { from: from.region, to: to.region, lagMs: Math.round(performance.now() - writtenAtMs) };
      if (answer !== null) last = `it answered ${answer.status}`;
      return undefined;
    },
    {
      intervalMs: pollMs,
      timeoutMs: withinMs,
      signal,
      timedOut: () =>
        new SmokeError(
          `Cannot see in ${to.region} what ${from.region} wrote: not within ${Math.round(withinMs / 1_000)} s (${last}), it must replicate. ` +
            'Look at ReplicationLatency of the table, and at policies that deny its replication role.',
        ),
    },
  );
}

/** @returns the path under which the item can be read in any region */
async function writeIn({ region, endpoint }: RegionApi, signal: AbortSignal): Promise<string> {
  const answer = await askApi({
    method: 'POST',
    endpoint,
    path: '/write',
    headers: { [headerNames.idempotencyKey]: randomUUID() },
    body: { pk: SMOKE_PK, ttlSeconds: SMOKE_TTL_SECONDS },
    signal,
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new SmokeError(`Cannot check replication: ${region} does not take a write (${reasonOf(error)}).`, {
      cause: error,
    });
  });
  const written = answer.status === 200 ? writtenSchema.safeParse(answer.json) : undefined;
  if (written?.success) return `/items/${SMOKE_PK}/${encodePathKey(written.data.item.sk)}`;
  throw new SmokeError(
    `Cannot check replication: ${region} answered a write with ${answer.status}, 200 is needed.`,
  );
}
