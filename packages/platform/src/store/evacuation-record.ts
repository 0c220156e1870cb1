import { systemKeyPrefix } from '../contract/item.ts';
import type { Evacuation, EvacuationAuditEntry } from '../domain/evacuation.ts';
import type { TableRecord } from './read-attributes.ts';

/** Partition key of the last evacuation of each region. */
export const evacuationsPk = `${systemKeyPrefix}evacuations`;

/** Partition key of the audit trail: one for all regions, so that one query reads the newest. */
export const evacuationAuditPk = `${systemKeyPrefix}evacuation-audit`;

/** How long an audit entry is kept, and an evacuation after its expiry: 90 days. */
const evacuationKeptSeconds = 90 * 86_400;

const keyPrefix = 'region#';

// As many digits as every time until the year 2286 has: text that sorts by time.
const timeDigits = 13;

/**
 * Turns an evacuation into what is stored. Which region it is about is called `target`: the filter of the stream takes a
 * record with the attribute `region` for one that a region has to judge.
 */
export function toEvacuationRecord(evacuation: Evacuation) {
  const { target, reason, issuedBy, issuedIn, issuedAtMs, expiresAtMs, ended } = evacuation;
  return {
    ...{ pk: evacuationsPk, sk: keyPrefix + target },
    ...{ target, reason, issuedBy, issuedIn, issuedAt: issuedAtMs, expiresAt: expiresAtMs },
    ...(ended === undefined ? {} : { endedBy: ended.by, endedAt: ended.atMs }),
    ttl: secondsOf(expiresAtMs) + evacuationKeptSeconds,
  };
}

/**
 * Turns a record of the partition of evacuations back into one.
 *
 * @returns undefined when it is none
 */
export function fromEvacuationRecord(record: TableRecord): Evacuation | undefined {
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
export function toEvacuationAuditRecord(entry: EvacuationAuditEntry) {
  const { id, act, target, by, askedIn, atMs, reason, expiresAtMs } = entry;
  return {
    ...{ pk: evacuationAuditPk, sk: `${String(atMs).padStart(timeDigits, '0')}#${id}` },
    ...{ id, act, target, by, askedIn, at: atMs },
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
export function fromEvacuationAuditRecord(record: TableRecord): EvacuationAuditEntry | undefined {
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
    ...{ id, act, target, by, askedIn, atMs: at },
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
