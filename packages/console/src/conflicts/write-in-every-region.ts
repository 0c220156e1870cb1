import type { PlatformClient } from '@gsp/client';
import type { ItemKey, JsonValue } from '@gsp/platform/contract';
import { settleWrite } from '../items/settle-write.ts';

/** What one region said to its write. */
export type WriteOutcome =
  | { readonly region: string; readonly latencyMs: number; readonly error: null }
  | { readonly region: string; readonly latencyMs: null; readonly error: unknown };

/** Who writes what. */
export interface WriteInEveryRegionOptions {
  readonly client: Pick<PlatformClient, 'putItem'>;
  readonly signal: AbortSignal;
  /** What each region is asked to keep. */
  readonly drafts: readonly { readonly region: string; readonly data: JsonValue }[];
}

// Nobody else can answer for a region that was chosen: it is given time.
const timeoutMs = 10_000;

/**
 * Writes one item in several regions at the same moment, each by its own call that goes nowhere else. Whoever is told
 * of a failure may try again; the writes are outside of any session, so none of them knows of another.
 */
export async function writeInEveryRegion(
  key: ItemKey,
  { client, signal, drafts }: WriteInEveryRegionOptions,
): Promise<readonly WriteOutcome[]> {
  return await Promise.all(
    drafts.map(async ({ region, data }): Promise<WriteOutcome> => {
      try {
        const { answer } = await settleWrite((keyed) =>
          client.putItem({ ...key, data }, { region, session: null, timeoutMs, signal, ...keyed }),
        );
        return { region, latencyMs: answer.latencyMs, error: null };
      } catch (error) {
        return { region, latencyMs: null, error };
      }
    }),
  );
}
