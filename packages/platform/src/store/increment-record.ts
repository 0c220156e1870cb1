import { systemKeyPrefix } from '../contract/item.ts';
import type { IncrementRecord } from '../domain/counter.ts';
import type { TableRecord } from './table-record.ts';

const partitionPrefix = `${systemKeyPrefix}counter#`;
const keyPrefix = 'key#';

/** First characters of the sort keys of a counter's parts. */
export const shardPrefix = 'shard#';

/** Partition key of everything that belongs to a counter. */
export function counterPk(id: string): string {
  return partitionPrefix + id;
}

/** Sort key of the part that a region adds to, and no other. */
export function shardSk(region: string): string {
  return shardPrefix + region;
}

/** Sort key of the mark that an increment was taken back; the time tells two lives of one key apart. */
export function takenBackSk({ key, atMs, region }: IncrementRecord): string {
  return `fix#${key}#${atMs}#${region}`;
}

/** Turns the record of a keyed increment into what is stored. The stream's filter looks at `region`. */
export function toIncrementRecord(record: IncrementRecord) {
  const { id, key, request, by, region, atMs, until, ttl } = record;
  return { pk: counterPk(id), sk: keyPrefix + key, q: request, by, region, at: atMs, until, ttl };
}

/** Tells whether a record is that of a keyed increment, by its keys. */
export function isIncrementKey(pk: string, sk: string): boolean {
  return pk.startsWith(partitionPrefix) && sk.startsWith(keyPrefix);
}

/**
 * Turns a stored record back into the record of a keyed increment.
 *
 * @returns undefined when it is none
 */
export function fromIncrementRecord(record: TableRecord): IncrementRecord | undefined {
  // Version 0.1 kept a record as long as its key.
  const { pk, sk, q: request, by, region, at: atMs, ttl, until = ttl } = record;
  if (typeof pk !== 'string' || typeof sk !== 'string' || !isIncrementKey(pk, sk)) return undefined;
  const isSound =
    typeof request === 'string' &&
    typeof region === 'string' &&
    [by, atMs, until, ttl].every((number) => Number.isSafeInteger(number));
  if (!isSound) return undefined;
  const id = pk.slice(partitionPrefix.length);
  const key = sk.slice(keyPrefix.length);
  const times = { atMs: Number(atMs), until: Number(until), ttl: Number(ttl) };
  return { id, key, request, by: Number(by), region, ...times };
}
