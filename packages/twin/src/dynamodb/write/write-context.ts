import type { EngineClient } from '../engine/engine-client.ts';
import type { StampedItem } from '../item/hidden-stamp.ts';
import type { HybridLogicalClock } from '../item/hybrid-logical-clock.ts';
import type { IdempotencyTokens } from '../journal/idempotency-tokens.ts';
import { internalServerError, ServiceError } from '../protocol/service-error.ts';
import type { GroupWriter } from './group-writer.ts';
import type { ItemWrite } from './item-write.ts';
import type { KeyLock } from './key-lock.ts';
import { lockName, type ReplicaTables } from './replica-table.ts';
import { resolveInDoubtWrite } from './resolve-in-doubt-writes.ts';
import { type ItemAddress, readStoredItem, readStoredItems } from './stored-items.ts';
import type { WriteJournal } from './write-journal.ts';

/** All that an operation of a replica works with. */
export interface WriteContext {
  readonly region: string;
  readonly engine: EngineClient;
  readonly tables: ReplicaTables;
  readonly locks: KeyLock;
  readonly journal: WriteJournal;
  readonly group: GroupWriter;
  readonly stamps: HybridLogicalClock;
  readonly tokens: IdempotencyTokens;
  /** Epoch milliseconds of this machine, without the region's clock offset. */
  readonly clock: () => number;
}

/**
 * Runs `act` while nobody else writes the items. Only this process writes to the engine, so what is read under
 * the lock is what the write replaces. A write of these items whose outcome is not known is settled first.
 *
 * @throws {ServiceError} `InternalServerError` when it cannot be settled yet
 */
export async function withItemLocks<T>(
  context: WriteContext,
  addresses: readonly ItemAddress[],
  act: () => Promise<T>,
): Promise<T> {
  const release = await context.locks.acquireAll(addresses.map(({ table, key }) => lockName(table, key)));
  try {
    for (const { table, key } of addresses) {
      const intent = context.journal.inDoubtAbout(table.name, key);
      if (intent !== undefined) await resolveInDoubtWrite(context, intent);
    }
    return await act();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw internalServerError('The table did not answer', error);
  } finally {
    release();
  }
}

/** The item as it is stored; an item that the index does not know needs no question to the engine. */
export async function itemBefore(
  context: WriteContext,
  address: ItemAddress,
): Promise<StampedItem | undefined> {
  return address.table.index.exists(address.key) ? readStoredItem(context.engine, address) : undefined;
}

/** The same for many items, in the order of the addresses. */
export async function itemsBefore(
  context: WriteContext,
  addresses: readonly ItemAddress[],
): Promise<readonly (StampedItem | undefined)[]> {
  const known = addresses.filter(({ table, key }) => table.index.exists(key));
  const found = await readStoredItems(context.engine, known);
  return addresses.map(({ table, key }) => found.get(table)?.get(key));
}

/** A write that this region's application makes, with a stamp above what it replaces. */
export function localWrite(
  context: WriteContext,
  address: ItemAddress,
  { kind, before }: { readonly kind: 'put' | 'delete'; readonly before: StampedItem | undefined },
): ItemWrite {
  const stamp = context.stamps.next(address.table.index.get(address.key)?.stamp);
  const { region: origin, clock } = context;
  return { ...address, kind, before, stamp, origin, timeMs: clock(), expired: false };
}
