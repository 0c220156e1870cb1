import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ItemKey, systemKeyPrefix } from '../contract/item.ts';
import type { Clock } from '../domain/clock.ts';
import type { Evacuation, EvacuationAuditEntry, EvacuationStore } from '../domain/evacuation.ts';
import type { StoreCallOptions } from '../domain/item-store.ts';
import { reporting, type TableRecord, timeText } from './table-record.ts';
import { sendOptions, translated } from './translated.ts';

/** What the store of evacuations needs. */
export interface TableEvacuationStoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Tells which audit entries are over: the table removes them later, or, strongly consistent, never. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Told of every record in the store's partitions that is none of it; it is passed over. */
  readonly onForeignRecord: (key: ItemKey) => void;
}

/**
 * Makes the store of evacuations over the table that also holds the items. Plain puts and queries: a strongly consistent
 * table takes them as well, and repeating one after a lost answer changes nothing.
 */
export function createTableEvacuationStore(options: TableEvacuationStoreOptions): EvacuationStore {
  const { client, tableName, clock, onForeignRecord } = options;

  const toEvacuation = reporting(fromEvacuationRecord, onForeignRecord);
  const toAuditEntry = reporting(fromEvacuationAuditRecord, onForeignRecord);
  const put = async (act: string, Item: Record<string, unknown>, call?: StoreCallOptions) => {
    const command = new PutCommand({ TableName: tableName, Item });
    await translated(act, () => client.send(command, sendOptions(call)));
  };

  return {
    read: async ({ isConsistent, ...call }) => {
      // One page: a record for each region, however many evacuations there were.
      const command = new QueryCommand({
        TableName: tableName,
        ConsistentRead: isConsistent,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': evacuationsPk },
      });
      const { Items = [] } = await translated('read the evacuations', () =>
        client.send(command, sendOptions(call)),
      );
      return Items.flatMap((record) => toEvacuation(record) ?? []);
    },
    keep: (evacuation, call) => put('keep the evacuation', toEvacuationRecord(evacuation), call),
    audit: (entry, call) => put('enter the audit trail', toEvacuationAuditRecord(entry), call),
    readAudit: async (limit, call) => {
      const command = new QueryCommand({
        TableName: tableName,
        Limit: limit,
        ScanIndexForward: false,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        // What is over is older than all that is not: leaving it out makes no page short that could be longer.
        FilterExpression: '#ttl > :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':pk': evacuationAuditPk, ':now': Math.floor(clock.nowMs() / 1000) },
      });
      const { Items = [] } = await translated('read the audit trail', () =>
        client.send(command, sendOptions(call)),
      );
      return Items.flatMap((record) => toAuditEntry(record) ?? []);
    },
  };
}

/** Partition key of the last evacuation of each region. */
export const evacuationsPk = `${systemKeyPrefix}evacuations`;

/** Partition key of the audit trail: one for all regions, so that one query reads the newest. */
export const evacuationAuditPk = `${systemKeyPrefix}evacuation-audit`;

/** How long an audit entry is kept, and an evacuation after its expiry: 90 days. */
const evacuationKeptSeconds = 90 * 86_400;

const keyPrefix = 'region#';

/**
 * Turns an evacuation into what is stored. Which region it is about is called `target`: the filter of the stream takes a
 * record with the attribute `region` for one that a region has to judge.
 */
function toEvacuationRecord(evacuation: Evacuation) {
  const { target, reason, issuedBy, issuedIn, issuedAtMs, expiresAtMs, ended } = evacuation;
  return {
    pk: evacuationsPk,
    sk: keyPrefix + target,
    target,
    reason,
    issuedBy,
    issuedIn,
    issuedAt: issuedAtMs,
    expiresAt: expiresAtMs,
    ...(ended === undefined ? {} : { endedBy: ended.by, endedAt: ended.atMs }),
    ttl: secondsOf(expiresAtMs) + evacuationKeptSeconds,
  };
}

/**
 * Turns a record of the partition of evacuations back into one.
 *
 * @returns undefined when it is none
 */
function fromEvacuationRecord(record: TableRecord): Evacuation | undefined {
  const { sk, target, reason, issuedBy, issuedIn, issuedAt, expiresAt, endedBy, endedAt } = record;
  const isOne =
    isText(target) &&
    sk === keyPrefix + target &&
    isText(reason) &&
    isText(issuedBy) &&
    isText(issuedIn) &&
    isTime(issuedAt) &&
    isTime(expiresAt);
  if (!isOne) return undefined;
  const evacuation = { target, reason, issuedBy, issuedIn, issuedAtMs: issuedAt, expiresAtMs: expiresAt };
  if (endedBy === undefined && endedAt === undefined) return evacuation;
  // Half an end is an end: a region must not stay out of service because of a record that is broken.
  const ended = { by: isText(endedBy) ? endedBy : '', atMs: isTime(endedAt) ? endedAt : issuedAt };
  return { ...evacuation, ended };
}

/** Turns an audit entry into what is stored. */
function toEvacuationAuditRecord(entry: EvacuationAuditEntry) {
  const { id, act, target, by, askedIn, atMs, reason, expiresAtMs } = entry;
  return {
    pk: evacuationAuditPk,
    sk: `${timeText(atMs)}#${id}`,
    id,
    act,
    target,
    by,
    askedIn,
    at: atMs,
    ...(reason === undefined ? {} : { reason }),
    ...(expiresAtMs === undefined ? {} : { expiresAt: expiresAtMs }),
    ttl: secondsOf(atMs) + evacuationKeptSeconds,
  };
}

/**
 * Turns a record of the audit trail's partition back into an entry.
 *
 * @returns undefined when it is none
 */
function fromEvacuationAuditRecord(record: TableRecord): EvacuationAuditEntry | undefined {
  const { id, act, target, by, askedIn, at, reason, expiresAt } = record;
  const isOne =
    isText(id) &&
    (act === 'evacuate' || act === 'restore') &&
    isText(target) &&
    isText(by) &&
    isText(askedIn) &&
    isTime(at);
  if (!isOne) return undefined;
  return {
    id,
    act,
    target,
    by,
    askedIn,
    atMs: at,
    ...(isText(reason) ? { reason } : {}),
    ...(isTime(expiresAt) ? { expiresAtMs: expiresAt } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

// What a date can be made of: https://tc39.es/ecma262/#sec-time-values-and-time-range
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 8.64e15;
}

function secondsOf(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}
