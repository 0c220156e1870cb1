import type { History, OperationRecord, Violation } from '../history.ts';
import { grouped } from './grouped.ts';

/**
 * Checks that each counter is the sum of its acknowledged increments, an idempotency key counted once, together with
 * any of those increments that failed without a word whether they were made. Where a key came with two requests, at
 * most one of them counts.
 */
export function checkCounters({ operations, replicas }: History): Violation[] {
  const increments = operations.filter(({ request }) => request.kind === 'increment');
  const counters = grouped(increments, ({ request }) =>
    request.kind === 'increment' ? request.counter : '',
  );
  return [...counters].flatMap(([counter, asked]) => {
    const sums = possibleSums(asked);
    return replicas.flatMap(({ region, counters: values }) => {
      const value = values.get(counter) ?? 0;
      if (sums.has(value)) return [];
      const possible = [...sums].sort((a, b) => a - b).join(', ');
      return [
        {
          checker: 'counters' as const,
          message: `${counter} is ${value} in ${region}, possible: ${possible}`,
        },
      ];
    });
  });
}

function possibleSums(increments: readonly OperationRecord[]): ReadonlySet<number> {
  const groups = grouped(increments, ({ id, request }) =>
    request.kind === 'increment' && request.key !== undefined ? `key ${request.key}` : `operation ${id}`,
  );
  let sums = new Set([0]);
  for (const group of groups.values()) {
    const parts = possibleParts(group);
    sums = new Set([...sums].flatMap((sum) => parts.map((part) => sum + part)));
  }
  return sums;
}

/** What one logical increment may have added. */
function possibleParts(attempts: readonly OperationRecord[]): number[] {
  const made = attempts.filter(({ outcome }) => outcome.status === 'counted');
  const unsure = attempts.filter(({ outcome }) => outcome.status === 'unknown' || isUnsure(outcome));
  const amounts = [...made, ...unsure].map(({ request }) => (request.kind === 'increment' ? request.by : 0));
  return [...new Set(made.length > 0 ? amounts : [0, ...amounts])];
}

function isUnsure(outcome: OperationRecord['outcome']): boolean {
  return outcome.status === 'failed' && outcome.code !== 'idempotency-key-reused';
}
