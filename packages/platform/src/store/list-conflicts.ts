import type { Conflict } from '../contract/conflict.ts';
import type { ConflictQuery, ConflictSlice } from '../domain/conflict-log.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import { PlatformError } from '../domain/platform-error.ts';

/** Reads of the table for one slice, at most: each takes milliseconds, and a request waits for them one by one. */
const readsMax = 25;

/** The two reads of which lists are made. */
export interface ConflictReader {
  /** Entries of one partition key, the latest lost write first; positions are sort keys. */
  readonly queryConflicts: (
    query: ConflictQuery & { readonly pk: string },
    call?: StoreCallOptions,
  ) => Promise<ConflictSlice>;
  /** Partition keys that may have entries, in ascending order, after one of them. */
  readonly queryPks: (
    query: { readonly limit: number; readonly after?: string },
    call?: StoreCallOptions,
  ) => Promise<{ readonly pks: readonly string[]; readonly hasMore: boolean }>;
}

/** Where a list of all conflicts stands: after this sort key of that partition, or at the end of it. */
interface Position {
  readonly pk: string;
  readonly sk?: string;
}

/** Reads one slice of the conflict log, of one partition key or of all. */
export function listConflicts(
  query: ConflictQuery,
  reader: ConflictReader,
  call?: StoreCallOptions,
): Promise<ConflictSlice> {
  const { pk, limit, after } = query;
  if (pk === undefined) return listAll(query, reader, call);
  return reader.queryConflicts({ pk, limit, ...(after === undefined ? {} : { after }) }, call);
}

/**
 * Walks through the partitions in the order of the index. Entries that come meanwhile behind the position are not
 * seen, those ahead are; none is shown twice.
 */
async function listAll(
  { limit, after }: ConflictQuery,
  { queryConflicts, queryPks }: ConflictReader,
  call?: StoreCallOptions,
): Promise<ConflictSlice> {
  const conflicts: Conflict[] = [];
  let position = after === undefined ? undefined : readPosition(after);
  let pending: readonly string[] = position?.sk === undefined ? [] : [position.pk];
  let hasMorePks = true;
  for (let reads = 0; reads < readsMax && conflicts.length < limit; reads++) {
    const [pk] = pending;
    if (pk === undefined) {
      if (!hasMorePks) return { conflicts };
      const page = await queryPks(
        { limit: readsMax, ...(position === undefined ? {} : { after: position.pk }) },
        call,
      );
      pending = page.pks;
      hasMorePks = page.hasMore;
      continue;
    }
    const from = position?.pk === pk && position.sk !== undefined ? { after: position.sk } : {};
    const slice = await queryConflicts({ pk, limit: limit - conflicts.length, ...from }, call);
    conflicts.push(...slice.conflicts);
    position = slice.next === undefined ? { pk } : { pk, sk: slice.next };
    if (slice.next === undefined) pending = pending.slice(1);
  }
  const isEnd = pending.length === 0 && !hasMorePks;
  return isEnd || position === undefined ? { conflicts } : { conflicts, next: writePosition(position) };
}

function writePosition({ pk, sk }: Position): string {
  return JSON.stringify(sk === undefined ? [pk] : [pk, sk]);
}

function readPosition(text: string): Position {
  try {
    const value: unknown = JSON.parse(text);
    const [pk, sk, ...rest]: unknown[] = Array.isArray(value) ? value : [];
    if (typeof pk === 'string' && rest.length === 0) {
      if (sk === undefined) return { pk };
      if (typeof sk === 'string') return { pk, sk };
    }
  } catch {
    // Not JSON: refused below, as everything else that was not given out.
  }
  throw new PlatformError('invalid-cursor', 'Cannot go on in the list: the cursor is none of this list');
}
