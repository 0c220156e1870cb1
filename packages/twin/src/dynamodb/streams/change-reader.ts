import type { ChangeLog } from '../journal/change-log.ts';
import { type ReplicaTable, type ReplicaTables, shardIdOf, streamArnOf } from '../write/replica-table.ts';
import { type ChangeSummary, eventNameOf, type StreamRecord, toStreamRecord } from './stream-record.ts';

/** A place in a table's stream: everything up to and including this sequence of the change log was read. */
export type StreamPosition = number;

/** A part of a table's stream. */
export interface StreamPage {
  readonly records: readonly StreamRecord[];
  /** Where to read on. */
  readonly next: StreamPosition;
  /** True when the end of the stream was reached. */
  readonly atEnd: boolean;
}

/** How much to read at once. */
export interface ReadOptions {
  /** Records at most. @default 1000 */
  readonly limit?: number;
  /**
   * Which changes to make records of; the others are read past. Asked before an image is parsed, so that a change
   * that nobody wants costs next to nothing.
   *
   * @default - all
   */
  readonly accept?: (change: ChangeSummary) => boolean;
}

/** A table's stream, as an event source mapping names it. */
export interface StreamDescription {
  readonly streamArn: string;
  readonly tableName: string;
  /** The stream's only shard. */
  readonly shardId: string;
}

/** Reads the streams of a replica's tables. */
export interface ChangeReader {
  /** The streams of this replica's tables. */
  streams(): readonly StreamDescription[];
  /** Before the oldest record that is kept. */
  trimHorizon(): StreamPosition;
  /** After the newest record. */
  latest(): StreamPosition;
  /**
   * Reads a table's stream on from a position, oldest first. Records that were trimmed since are skipped.
   *
   * @throws {RangeError} when this replica has no such table
   */
  read(tableName: string, after: StreamPosition, options?: ReadOptions): StreamPage;
  /** When the first change after a position was made, epoch milliseconds, in any table; nothing at the end. */
  timeOfNext(after: StreamPosition): number | undefined;
  /**
   * Resolves when there may be a record after a position: at once, at the next change of any table, after
   * `timeoutMs`, or when the signal is aborted.
   */
  waitForChange(after: StreamPosition, options: { timeoutMs: number; signal?: AbortSignal }): Promise<void>;
}

/** GetRecords returns at most 1,000 records or 1 MB, whichever is less. */
const PAGE_RECORDS_MAX = 1_000;
const PAGE_BYTES_MAX = 1024 * 1024;
/** Records that nobody wants and that one call reads past, so that a call is bounded; less than a segment of the log. */
const SCAN_RECORDS_MAX = 2_000;

/** Makes the reader of a change log's streams. */
export function createChangeReader(
  changes: ChangeLog,
  { tables, region }: { readonly tables: ReplicaTables; readonly region: string },
): ChangeReader {
  return {
    streams: () =>
      tables.all().flatMap((table) => {
        const streamArn = streamArnOf(table);
        return streamArn === undefined
          ? []
          : [{ streamArn, tableName: table.name, shardId: shardIdOf(table) }];
      }),
    trimHorizon: () => changes.firstSequence - 1,
    latest: () => changes.lastSequence,
    timeOfNext: (after) => changes.read({ after, limit: 1 })[0]?.timeMs,
    read: (tableName, after, { limit = PAGE_RECORDS_MAX, accept = () => true } = {}) => {
      const table = tables.find(tableName);
      if (table === undefined)
        throw new RangeError(`Cannot read the stream of ${tableName}: it is not deployed here`);
      return readPage(changes, { table, after, limit, accept, region });
    },
    waitForChange: (after, { timeoutMs, signal }) =>
      new Promise((resolve) => {
        if (changes.lastSequence > after || signal?.aborted) return resolve();
        const done = () => {
          clearTimeout(timer);
          unsubscribe();
          signal?.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        const unsubscribe = changes.onAppend(done);
        signal?.addEventListener('abort', done);
      }),
  };
}

function readPage(
  changes: ChangeLog,
  options: {
    readonly table: ReplicaTable;
    readonly after: StreamPosition;
    readonly limit: number;
    readonly accept: (change: ChangeSummary) => boolean;
    readonly region: string;
  },
): StreamPage {
  const { table, region, limit, accept } = options;
  const records: StreamRecord[] = [];
  let next = options.after;
  let bytes = 0;
  for (let scanned = 0; scanned < SCAN_RECORDS_MAX; ) {
    const batch = changes.read({ after: next, limit: PAGE_RECORDS_MAX });
    if (batch.length === 0) break;
    for (const change of batch) {
      if (
        change.tableName === table.name &&
        accept({ eventName: eventNameOf(change), expired: change.expired })
      ) {
        bytes += (change.oldImage?.length ?? 0) + (change.newImage?.length ?? 0);
        if (records.length === limit || (records.length > 0 && bytes > PAGE_BYTES_MAX))
          return { records, next, atEnd: false };
        records.push(toStreamRecord(change, table, region));
      }
      next = change.sequence;
    }
    scanned += batch.length;
  }
  return { records, next, atEnd: next >= changes.lastSequence };
}
