import { systemKeyPrefix } from '../contract/item.ts';
import type { Heartbeat } from '../domain/heartbeat.ts';
import type { TableRecord } from './read-attributes.ts';

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
    ...{ source: region, sequence, writtenAt: writtenAtMs, lagMs: Object.fromEntries(lagMs) },
  };
}

/**
 * Turns the record of a region's heartbeat back into one.
 *
 * @returns undefined when it is none
 */
export function fromHeartbeatRecord(record: TableRecord): Heartbeat | undefined {
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
