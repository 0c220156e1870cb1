import type { Clock } from '@gsp/cli-kit';
import type { ItemKey } from '@gsp/platform/contract';
import { eraseItem, type TableReplica } from '@gsp/platform/maintenance';
import { translateAwsError } from '../cloud/cloud-error.ts';
import type { OpenReplicas } from '../reindex/open-replicas.ts';

/** What was erased in one region. */
export interface ErasedRegion {
  readonly region: string;
  /** Items of which a tombstone is left. */
  readonly items: number;
  readonly conflicts: number;
  /** Why it is not known that nothing is left; null where nothing was found for long enough. */
  readonly error: string | null;
}

/** What erasing in every region needs. */
export interface EraseEverywhereOptions {
  readonly table: Pick<OpenReplicas, 'tableName' | 'replicas'>;
  /** Keys of what is erased, as a replica knows them. */
  readonly keysIn: (replica: TableReplica, signal: AbortSignal) => Promise<readonly ItemKey[]>;
  readonly tombstoneTtlSeconds: number;
  /** For so long nothing may be found, in any region. */
  readonly settleMs: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly random: (limit: number) => number;
  readonly signal: AbortSignal;
}

const ROUND_MS = 2_000;
/** Rounds at most: an item that is written again and again is never gone. */
const ROUNDS_MAX = 2_000;

/**
 * Erases on each replica by itself, since a cut keeps one region's deletion from the others, and repeats that until nothing has
 * been found anywhere for the settling time. What was found once is erased by its key from then on: its content, by which it
 * was found, is gone.
 */
export async function eraseEverywhere(options: EraseEverywhereOptions): Promise<readonly ErasedRegion[]> {
  const { table, settleMs, clock, signal } = options;
  const keys = new Map<string, ItemKey>();
  const totals = table.replicas.map(({ region }) => ({
    region,
    items: 0,
    conflicts: 0,
    error: null as string | null,
  }));
  let quietSinceMs = clock.nowMs();
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const before = keys.size;
    const found = await Promise.all(
      table.replicas.map((replica) => eraseRound(replica, { ...options, keys })),
    );
    for (const [at, { items, conflicts, error }] of found.entries()) {
      const total = totals[at];
      if (total !== undefined)
        Object.assign(total, { items: total.items + items, conflicts: total.conflicts + conflicts, error });
    }
    const isQuiet = keys.size === before && found.every(({ items, conflicts }) => items + conflicts === 0);
    if (!isQuiet) quietSinceMs = clock.nowMs();
    // A region that does not answer may do so tomorrow: nobody waits for it here.
    if (isQuiet && clock.nowMs() - quietSinceMs >= settleMs) return totals;
    await clock.sleep(ROUND_MS, signal);
  }
  return totals.map((each) => ({ ...each, error: each.error ?? 'It is written again and again.' }));
}

async function eraseRound(
  replica: TableReplica,
  options: EraseEverywhereOptions & { readonly keys: Map<string, ItemKey> },
): Promise<Omit<ErasedRegion, 'region'>> {
  const { table, keys, keysIn, tombstoneTtlSeconds, wallMs, random, signal } = options;
  let [items, conflicts] = [0, 0];
  try {
    for (const key of await keysIn(replica, signal)) keys.set(JSON.stringify([key.pk, key.sk]), key);
    for (const key of [...keys.values()]) {
      const erased = await eraseItem({
        tableName: table.tableName,
        replica,
        regions: table.replicas.map(({ region }) => region),
        key,
        tombstoneTtlSeconds,
        nowMs: wallMs,
        random,
        signal,
      });
      items += erased.item ? 1 : 0;
      conflicts += erased.conflicts;
    }
    return { items, conflicts, error: null };
  } catch (cause) {
    signal.throwIfAborted();
    const error = translateAwsError(cause, { act: 'erase', region: replica.region });
    return { items, conflicts, error: error instanceof Error ? error.message : String(error) };
  }
}
