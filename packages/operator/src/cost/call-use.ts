import { DAYS_PER_MONTH, DURATION_MS, GB } from './assumptions.ts';
import type { Quantities } from './calculate-bill.ts';

/** Calls of one function in a month. */
export interface Calls {
  readonly calls: number;
  readonly memoryMb: number;
  /** @default 25 */
  readonly durationMs?: number;
  /** What each adds to the logs. */
  readonly logBytes: number;
  readonly logRetentionDays: number;
}

/** What calls of a function use: Lambda's two prices, and logs taken in and kept. */
export function callUse({
  calls,
  memoryMb,
  durationMs = DURATION_MS,
  logBytes,
  logRetentionDays,
}: Calls): Quantities {
  const logs = (calls * logBytes) / GB;
  return {
    lambdaRequests: calls,
    lambdaGbSeconds: (calls * durationMs * memoryMb) / 1_000 / 1_024,
    logIngestGb: logs,
    logStorageGb: (logs * logRetentionDays) / DAYS_PER_MONTH,
  };
}
