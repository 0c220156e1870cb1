/** What one region says a counter is: null where it does not answer, undefined while it was not asked. */
export interface RegionValue {
  readonly region: string;
  readonly value: number | null | undefined;
}

/** What this page has done to a counter. */
export interface CounterLedger {
  /** Value before this page added anything, where every region agreed on it; null while they did not. */
  readonly base: number | null;
  /** Sum of the increments that a region has acknowledged. */
  readonly acknowledged: number;
  /** How many of them. */
  readonly increments: number;
  /** Sum of the increments that were sent and not answered: each may have counted, or not. */
  readonly uncertain: number;
}

/** A counter that this page has not touched. */
export const emptyLedger: CounterLedger = { base: null, acknowledged: 0, increments: 0, uncertain: 0 };

/**
 * How the regions' values stand to each other and to what was acknowledged. `exact`: all say the same, and it is the sum
 * of what was acknowledged. `agree`: all say the same, but the sum is not known to be this page's alone. `behind`: a
 * region has not heard of everything. `unreachable`: a region does not answer, so nobody can tell. `unknown`: not asked yet.
 */
export type AgreementState = 'unknown' | 'unreachable' | 'behind' | 'agree' | 'exact';

/** The counter, judged. */
export interface Agreement {
  readonly state: AgreementState;
  /** What every region will say once all have heard of everything; null where the value before is not known. */
  readonly expected: number | null;
}

/** Judges what the regions say. */
export function judgeAgreement(values: readonly RegionValue[], ledger: CounterLedger): Agreement {
  const expected = ledger.base === null ? null : ledger.base + ledger.acknowledged;
  const known = values.map(({ value }) => value);
  const first = known[0];
  if (known.length === 0 || known.includes(undefined)) return { state: 'unknown', expected };
  if (known.includes(null)) return { state: 'unreachable', expected };
  const isSame = known.every((value) => value === first);
  if (isSame && first === expected) return { state: 'exact', expected };
  return { state: isSame && !isShort(first, expected) ? 'agree' : 'behind', expected };
}

/** Whether a value lacks something that was acknowledged. More than that is no fault: others count too. */
function isShort(value: number | null | undefined, expected: number | null): boolean {
  return typeof value === 'number' && expected !== null && value < expected;
}

/** Takes the value before the first increment from what every region says, once all say the same. */
export function withBase(ledger: CounterLedger, values: readonly RegionValue[]): CounterLedger {
  const first = values[0]?.value;
  const isUntouched = ledger.increments === 0 && ledger.uncertain === 0;
  if (ledger.base !== null || !isUntouched || typeof first !== 'number') return ledger;
  return values.every(({ value }) => value === first) ? { ...ledger, base: first } : ledger;
}

/** An increment was acknowledged. */
export function withAcknowledged(ledger: CounterLedger, by: number): CounterLedger {
  return { ...ledger, acknowledged: ledger.acknowledged + by, increments: ledger.increments + 1 };
}

/** An increment was sent and not answered. */
export function withUncertain(ledger: CounterLedger, by: number): CounterLedger {
  return { ...ledger, uncertain: ledger.uncertain + by };
}
