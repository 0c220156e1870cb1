import * as z from 'zod/mini';
import { type ItemKey, storedKeySchema } from '../contract/item.ts';
import { isStorable, type JsonValue } from '../contract/json-value.ts';
import {
  type ForgottenKey,
  type HistoryReach,
  historyMax,
  type ItemImage,
  keptUntil,
  keyedWritesMax,
} from '../domain/item-image.ts';
import type { KeyedWrite } from '../domain/keyed-write.ts';
import { decodeVersion, encodeVersion, type VersionVector } from '../domain/version-vector.ts';
import { type TableRecord, toMarshallable } from './table-record.ts';

/** Prefix of the attributes that hold an item's version vector, one number attribute a region: `v#eu-west-1`. */
const versionPrefix = 'v#';

/** ISO 8601 with milliseconds, UTC, as `Date.prototype.toISOString` writes the years 0 to 9999. */
const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Turns an image into the record that is stored. What most items do not have is left out, because an item pays for
 * every byte in every region: a history, records of keyed writes, the mark of a tombstone.
 *
 * The version vector becomes top-level attributes, one a region, so that a filter or a person in the console can name
 * a region's count.
 *
 * @param indexAttributes - keys of the indexes that the item is in; what is stored under them is read back by nobody
 */
export function toImageRecord(image: ItemImage, indexAttributes: TableRecord = {}): TableRecord {
  const { pk, sk, createdAt, updatedAt, ttl, region, dot } = image;
  const record: Record<string, unknown> = { ...indexAttributes, pk, sk, createdAt, updatedAt, region, dot };
  // By this attribute the table removes what has expired. An item that lives for ever has none.
  const removedAt = keptUntil(image);
  if (removedAt !== undefined) record.ttl = removedAt;
  if (removedAt !== ttl) record.expires = ttl;
  for (const [each, count] of Object.entries(image.version)) record[versionPrefix + each] = count;
  if (image.history.length > 0) record.history = image.history;
  if (image.reach !== undefined) {
    const { since, next, age } = image.reach;
    record.reach = { s: encodeVersion(since), n: encodeVersion(next), a: age };
  }
  if (image.deleted) record.deleted = true;
  if (image.data !== undefined) record.data = toMarshallable(image.data);
  if (image.keyedWrites.length > 0) record.keys = image.keyedWrites.map(toKeyRecord);
  if (image.forgotten !== undefined) record.forgot = { m: image.forgotten.keyMs, e: image.forgotten.until };
  return record;
}

/**
 * Turns a stored record back into the image; attributes that are unknown here are passed over.
 *
 * What the schema of items refuses is refused here too, and besides what its check of parsed JSON cannot meet: sets and
 * binary. By hand, since a schema would have to rebuild the record first; one costs as much as the other.
 *
 * @returns undefined when the record is no image: written by something else, or damaged by hand.
 */
export function fromImageRecord(record: TableRecord): ItemImage | undefined {
  const { createdAt, updatedAt, region, dot, history = [], deleted, data, keys = [] } = record;
  const { ttl: removedAt, expires: ttl = removedAt, forgot } = record;
  const key = readKey(record);
  const version = readVersion(record);
  const keyedWrites = readList(keys, keyedWritesMax, fromKeyRecord);
  const dots = readList(history, historyMax, (each) => (isCount(each) ? each : undefined));
  const forgotten = fromForgotRecord(forgot);
  const reach = fromReachRecord(record.reach);
  const isSound =
    isTime(createdAt) &&
    isTime(updatedAt) &&
    isTtl(ttl) &&
    isTtl(removedAt) &&
    typeof region === 'string' &&
    isCount(dot) &&
    (forgot === undefined || forgotten !== undefined) &&
    (record.reach === undefined || reach !== undefined) &&
    (deleted === undefined || (deleted === true && data === undefined)) &&
    (data === undefined || isData(data));
  if (!isSound || key === undefined || !version || !keyedWrites || !dots) return undefined;
  return {
    pk: key.pk,
    sk: key.sk,
    createdAt,
    updatedAt,
    ...(ttl === undefined ? {} : { ttl: Number(ttl) }),
    region,
    version,
    dot,
    history: dots,
    ...(reach === undefined ? {} : { reach }),
    deleted: deleted === true,
    ...(data === undefined ? {} : { data }),
    keyedWrites,
    ...(forgotten === undefined ? {} : { forgotten }),
  };
}

/**
 * Turns what is remembered of a keyed write into what is stored. Names are short, because an image may hold eight of
 * these. A `c` that is missing equals `u`.
 */
export function toKeyRecord(write: KeyedWrite): TableRecord {
  const { key, request, keyMs, until, dot, region, version, createdAt, updatedAt, ttl, deleted } = write;
  return {
    k: key,
    q: request,
    ...(keyMs === undefined ? {} : { m: keyMs }),
    e: until,
    d: dot,
    r: region,
    v: encodeVersion(version),
    u: updatedAt,
    ...(ttl === undefined ? {} : { t: ttl }),
    ...(createdAt === updatedAt ? {} : { c: createdAt }),
    ...(deleted ? { x: true } : {}),
  };
}

/** Turns a stored record of a keyed write back; undefined when it is none. */
export function fromKeyRecord(value: unknown): KeyedWrite | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { k: key, q: request, d: dot, r: region, v, u: updatedAt, t: ttl, c, x } = value as TableRecord;
  // Version 0.1 knew a key as long as what it wrote.
  const { m: keyMs, e: until = ttl } = value as TableRecord;
  const createdAt = c ?? updatedAt;
  const version = typeof v === 'string' ? decodeVersion(v) : undefined;
  const isSound =
    typeof key === 'string' &&
    typeof request === 'string' &&
    isCount(dot) &&
    typeof region === 'string' &&
    isTime(createdAt) &&
    isTime(updatedAt) &&
    isTtl(ttl) &&
    isTtl(keyMs) &&
    Number.isSafeInteger(until);
  if (!isSound || version === undefined) return undefined;
  const keyTime = keyMs === undefined ? {} : { keyMs: Number(keyMs) };
  const life = ttl === undefined ? {} : { ttl: Number(ttl) };
  const times = { ...keyTime, until: Number(until), createdAt, updatedAt, ...life };
  return { key, request, ...times, dot, region, version, deleted: x === true };
}

function fromReachRecord(value: unknown): HistoryReach | undefined {
  const { s, n, a: age } = Object(value) as TableRecord;
  if (typeof s !== 'string' || typeof n !== 'string') return undefined;
  const since = s === '' ? {} : decodeVersion(s);
  const next = decodeVersion(n);
  const isSound = since !== undefined && next !== undefined && Number.isSafeInteger(age);
  return isSound ? { since, next, age: Number(age) } : undefined;
}

function fromForgotRecord(value: unknown): ForgottenKey | undefined {
  const { m: keyMs, e: until } = Object(value) as TableRecord;
  return isCount(keyMs) && isCount(until) ? { keyMs, until } : undefined;
}

function readKey(record: TableRecord): ItemKey | undefined {
  const { success, data: key } = z.safeParse(storedKeySchema, record);
  // The schema trims what callers send; a key that is not trimmed was not written here.
  return success && key.pk === record.pk ? key : undefined;
}

function readVersion(record: TableRecord): VersionVector | undefined {
  const names = Object.keys(record).filter((name) => name.startsWith(versionPrefix));
  if (!names.every((name) => isCount(record[name]))) return undefined;
  const counts = names.map((name) => `${name.slice(versionPrefix.length)}=${record[name]}`);
  return decodeVersion(counts.sort().join(';'));
}

function readList<T>(value: unknown, lengthMax: number, read: (each: unknown) => T | undefined) {
  if (!Array.isArray(value) || value.length > lengthMax) return undefined;
  const elements = value.map(read).filter((element) => element !== undefined);
  return elements.length === value.length ? elements : undefined;
}

// A time in seconds since 1970, or none.
function isTtl(value: unknown): boolean {
  return value === undefined || Number.isSafeInteger(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

// Times become parts of sort keys, so only the one form in which they are written will do.
function isTime(value: unknown): value is string {
  return typeof value === 'string' && timePattern.test(value) && !Number.isNaN(Date.parse(value));
}

// Sets and binary, which the table can hold and JSON cannot, are objects that are not plain.
function isData(value: unknown): value is JsonValue {
  return isStorable(value);
}
