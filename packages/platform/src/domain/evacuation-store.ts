import type { Evacuation, EvacuationAuditEntry } from './evacuation.ts';
import type { StoreCallOptions } from './item-store.ts';

/** Options of a read of evacuations. */
export interface EvacuationReadOptions extends StoreCallOptions {
  /**
   * Whether the read has to see every write that was acknowledged. Of a strongly consistent table only such a read asks
   * other regions, so that whoever judges this region alone has to go without.
   */
  readonly isConsistent: boolean;
}

/**
 * The evacuations that one region's replica holds. Methods throw a `PlatformError` as those of the item store do.
 * Nothing here is conditional: a condition would hold in one region only, and between regions the last writer wins.
 */
export interface EvacuationStore {
  /** Reads the last evacuation of each region, in any order. */
  read(options: EvacuationReadOptions): Promise<readonly Evacuation[]>;
  /** Keeps an evacuation in place of the former one of that region. */
  keep(evacuation: Evacuation, options?: StoreCallOptions): Promise<void>;
  /** Adds an entry to the audit trail. */
  audit(entry: EvacuationAuditEntry, options?: StoreCallOptions): Promise<void>;
  /** Reads the newest `limit` entries of the audit trail, newest first, without those that are over. */
  readAudit(limit: number, options?: StoreCallOptions): Promise<readonly EvacuationAuditEntry[]>;
}
