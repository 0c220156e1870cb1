import type { ChangeSummary } from '../dynamodb/streams/stream-record.ts';
import type { JsonObject } from '../json-value.ts';
import { compilePattern, type FilterPattern } from './filter-pattern.ts';
import type { LambdaRecord } from './lambda-record.ts';

/** The filters of a mapping, compiled. */
export interface RecordFilter {
  /**
   * False when no filter can match, whatever the images hold. Nearly all of a table's changes may be of no interest
   * to a mapping, and this tells so before anything of them is parsed.
   */
  mayMatch(change: ChangeSummary): boolean;
  matches(record: LambdaRecord): boolean;
}

/** The fields of a record that are known without its images. */
const SUMMARY_FIELDS = ['eventName', 'userIdentity'];
const SUMMARIES: readonly ChangeSummary[] = (['INSERT', 'MODIFY', 'REMOVE'] as const).flatMap((eventName) => [
  { eventName, expired: false },
  { eventName, expired: true },
]);

/**
 * Compiles filters, of which one must match; without any every record does.
 *
 * @throws {FilterPatternError} for a pattern that Lambda would refuse
 */
export function compileFilters(patterns: readonly FilterPattern[]): RecordFilter {
  if (patterns.length === 0) return { mayMatch: () => true, matches: () => true };
  const full = patterns.map(compilePattern);
  const accepted = new Set(
    SUMMARIES.filter((change) => patterns.some((pattern) => allows(pattern, change))).map(keyOf),
  );
  return {
    mayMatch: (change) => accepted.has(keyOf(change)),
    // A record is JSON by its own making; its interfaces have no index signature that would say so.
    matches: (record) => full.some((matches) => matches(record as unknown as JsonObject)),
  };
}

/** Judges a change by those fields of a pattern that need no image. */
function allows(pattern: FilterPattern, { eventName, expired }: ChangeSummary): boolean {
  const fields = Object.entries(pattern).filter(([name]) => SUMMARY_FIELDS.includes(name));
  if (fields.length === 0) return true;
  const userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
  return compilePattern(Object.fromEntries(fields))({ eventName, ...(expired && { userIdentity }) });
}

function keyOf({ eventName, expired }: ChangeSummary): string {
  return expired ? `${eventName} expired` : eventName;
}
