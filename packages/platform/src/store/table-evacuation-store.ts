import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ItemKey, systemKeyPrefix } from '../contract/item.ts';
import type { Clock } from '../domain/clock.ts';
import {
  type Evacuation,
  type EvacuationEntry,
  type EvacuationStore,
  evacuationWindowMs,
} from '../domain/evacuation.ts';
import { reporting, type TableRecord, timeText } from './table-record.ts';
import { sendOptions, translated } from './translated.ts';

/** What the store of evacuations needs. */
export interface TableEvacuationStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Tells which entries are over: the table removes them later, or, strongly consistent, never. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of every record in the store's partition that is none of it; the trail names it. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/**
 * Makes the store of evacuations over the table that also holds the items. Plain puts and queries: a strongly
 * consistent table takes them as well, and repeating one after a lost answer changes nothing.
 */
export function createTableEvacuationStore(options: TableEvacuationStoreOptions): EvacuationStore {
  const { client, tableName, clock, onForeignRecord } = options;
  const toEntry = reporting(fromEntryRecord, onForeignRecord);

  return {
    read: async ({ isConsistent, ...call }) => {
      // One page, the newest: 1 MB are some two thousand entries, and in nine days nobody writes as many.
      const command = new QueryCommand({
        TableName: tableName,
        ConsistentRead: isConsistent,
        ScanIndexForward: false,
        KeyConditionExpression: 'pk = :pk AND sk >= :from',
        ExpressionAttributeValues: {
          ':pk': evacuationsPk,
          ':from': timeText(clock.nowMs() - evacuationWindowMs),
        },
      });
      const { Items = [] } = await translated('read the evacuations', () =>
        client.send(command, sendOptions(call)),
      );
      return Items.flatMap((record) => toEntry(record) ?? []);
    },
    add: async (entry, call) => {
      const command = new PutCommand({ TableName: tableName, Item: toEntryRecord(entry) });
      await translated('enter the trail of evacuations', () => client.send(command, sendOptions(call)));
    },
    readTrail: async (limit, call) => {
      const command = new QueryCommand({
        TableName: tableName,
        Limit: limit,
        ScanIndexForward: false,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        // What is over is older than all that is not: leaving it out makes no page short that could be longer. What is
        // not ours may have no such time, and has to be named.
        FilterExpression: 'NOT #ttl <= :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':pk': evacuationsPk, ':now': Math.floor(clock.nowMs() / 1000) },
      });
      const { Items = [] } = await translated('read the trail of evacuations', () =>
        client.send(command, sendOptions(call)),
      );
      const found = Items.map((record) => ({ sk: String(record.sk), entry: toEntry(record) }));
      return {
        entries: found.flatMap(({ entry }) => entry ?? []),
        unreadable: found.flatMap(({ sk, entry }) =>
          entry === undefined ? [{ pk: evacuationsPk, sk }] : [],
        ),
      };
    },
  };
}

/** Partition key of the trail: one for all regions, so that one query reads the newest. */
export const evacuationsPk = `${systemKeyPrefix}evacuation-audit`;

/** How long an entry is kept: 90 days. */
const entryKeptSeconds = 90 * 86_400;

/**
 * Turns an entry into what is stored. Which region it is about is called `target`: the filter of the stream takes a
 * record with the attribute `region` for one that a region has to judge.
 */
function toEntryRecord(entry: EvacuationEntry) {
  const { id, act, target, by, askedIn, atMs } = entry;
  return {
    pk: evacuationsPk,
    sk: `${timeText(atMs)}#${id}`,
    id,
    act,
    target,
    by,
    askedIn,
    at: atMs,
    ...(entry.act === 'restore' ? {} : evacuationMembers(entry)),
    ttl: Math.floor(atMs / 1000) + entryKeptSeconds,
  };
}

function evacuationMembers({ reason, issuedAtMs, expiresAtMs, over }: Evacuation) {
  return { reason, issuedAt: issuedAtMs, expiresAt: expiresAtMs, ...(over === undefined ? {} : { over }) };
}

/**
 * Turns a record of the trail's partition back into an entry.
 *
 * @returns undefined when it is none
 */
function fromEntryRecord(record: TableRecord): EvacuationEntry | undefined {
  const { id, act, target, by, askedIn, at, reason, expiresAt } = record;
  if (!isText(id) || !isText(target) || !isText(by) || !isText(askedIn) || !isTime(at)) return undefined;
  const entry = { id, target, by, askedIn, atMs: at };
  if (act === 'restore') return { ...entry, act };
  // Versions up to 0.2 had neither this nor `over`: each renewal then takes its place by its own time.
  const { issuedAt = at, over } = record;
  const isSound = isText(reason) && isTime(expiresAt) && isTime(issuedAt);
  if (act !== 'evacuate' || !isSound || !(over === undefined || isTimes(over))) return undefined;
  return {
    ...{ ...entry, act, reason, issuedAtMs: issuedAt, expiresAtMs: expiresAt },
    ...(over === undefined ? {} : { over }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

// What a date can be made of: https://tc39.es/ecma262/#sec-time-values-and-time-range
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 8.64e15;
}

// The document client gives a map as a plain object, and a set as a `Set`, which has no members of its own.
function isTimes(value: unknown): value is Readonly<Record<string, number>> {
  const isMap =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return isMap && Object.values(value).every(isTime);
}
