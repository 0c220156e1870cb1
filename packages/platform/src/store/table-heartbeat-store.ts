import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type ItemKey, systemKeyPrefix } from '../contract/item.ts';
import type { Heartbeat, HeartbeatStore } from '../domain/heartbeat.ts';
import type { TableRecord } from './table-record.ts';
import { sendOptions, translated } from './translated.ts';

/** What the store of heartbeats needs. */
export interface TableHeartbeatStoreOptions {
  /** Client of the region whose replica is meant: this region's, or a peer's. */
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /**
   * Whether reads are served by the leader of the partition, which takes replicated writes first. Not for a strongly
   * consistent table: there such a read asks other regions, and would tell nothing of this replica.
   */
  readonly isConsistent: boolean;
  /** Told of a record in a heartbeat's place that is none; it counts as absent. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/**
 * Makes the store of heartbeats over the table that also holds the items. Plain puts and gets: a strongly consistent
 * table takes them as well, and repeating one after a lost answer changes nothing.
 */
export function createTableHeartbeatStore(options: TableHeartbeatStoreOptions): HeartbeatStore {
  const { client, tableName, isConsistent, onForeignRecord } = options;
  return {
    keep: async (heartbeat, call) => {
      const command = new PutCommand({ TableName: tableName, Item: toHeartbeatRecord(heartbeat) });
      await translated('write the heartbeat', () => client.send(command, sendOptions(call)));
    },
    read: async (region, call) => {
      const key = heartbeatKey(region);
      const command = new GetCommand({ TableName: tableName, Key: key, ConsistentRead: isConsistent });
      const { Item: record } = await translated('read the heartbeat', () =>
        client.send(command, sendOptions(call)),
      );
      const heartbeat = record && fromHeartbeatRecord(record);
      if (record !== undefined && heartbeat === undefined) onForeignRecord(key);
      return heartbeat;
    },
  };
}

const sortKey = 'heartbeat';

// What a date can be made of: https://tc39.es/ecma262/#sec-time-values-and-time-range
const timeMax = 8.64e15;

/** Partition key of a region's heartbeat: a key of its own, so that regions never write the same item. */
export function heartbeatPk(region: string): string {
  return `${systemKeyPrefix}heartbeat#${region}`;
}

/** Both keys of a region's heartbeat. */
export function heartbeatKey(region: string): { readonly pk: string; readonly sk: string } {
  return { pk: heartbeatPk(region), sk: sortKey };
}

/**
 * Turns a heartbeat into what is stored. It never expires, as little as a region's canary: of a region that has fallen
 * silent this is what tells for how long. Its region is called `source`: the filter of the stream takes a record with the
 * attribute `region` for one that a region has to judge.
 */
export function toHeartbeatRecord({ region, sequence, writtenAtMs, lagMs }: Heartbeat) {
  return {
    ...heartbeatKey(region),
    source: region,
    sequence,
    writtenAt: writtenAtMs,
    lagMs: Object.fromEntries(lagMs),
  };
}

/**
 * Turns the record of a region's heartbeat back into one.
 *
 * @returns undefined when it is none
 */
function fromHeartbeatRecord(record: TableRecord): Heartbeat | undefined {
  const { pk, sk, source, sequence, writtenAt, lagMs } = record;
  if (typeof source !== 'string' || pk !== heartbeatPk(source) || sk !== sortKey) return undefined;
  if (!isWhole(sequence) || !isWhole(writtenAt)) return undefined;
  const lags = readLags(lagMs);
  return lags && { region: source, sequence, writtenAtMs: writtenAt, lagMs: lags };
}

function readLags(value: unknown): ReadonlyMap<string, number> | undefined {
  // The document client gives a map as a plain object, and a set as a `Set`, which has no members of its own.
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, number] => isDuration(entry[1]))
    ? new Map(entries)
    : undefined;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && isDuration(value) && value <= timeMax;
}
