import { type Attempt, attemptsByOperation, type Checker, isAcknowledged, isUnmade } from './history.ts';

/** What a counter may have come to: what is certain, and increments of which nobody knows whether they count. */
interface Expected {
  sum: number;
  readonly unknown: number[];
}

/**
 * Judges counters: in the end each is, in every region, the sum of the increments that were acknowledged, each of
 * them once, and of any of those whose outcome no client knows, whole.
 */
export const checkCounters: Checker = (history, views) => {
  const expected = new Map<string, Expected>();
  for (const attempts of attemptsByOperation(history).values()) addTo(expected, attempts);
  return [...expected].flatMap(([counter, { sum, unknown }]) =>
    views.flatMap(({ region, counters }) => {
      const value = counters[counter] ?? 0;
      if (sumsOf(unknown).has(value - sum)) return [];
      const maybe = unknown.length === 0 ? '' : ` and any of ${unknown.join(', ')}, whose outcome is unknown`;
      const detail = `counter ${counter} is ${value} in ${region}; ${sum}${maybe} is needed`;
      return [{ subject: `counter ${counter}`, detail }];
    }),
  );
};

function addTo(expected: Map<string, Expected>, attempts: readonly Attempt[]): void {
  const operation = attempts[0]?.operation;
  if (operation?.kind !== 'increment') return;
  const entry = expected.get(operation.counter) ?? { sum: 0, unknown: [] };
  expected.set(operation.counter, entry);
  if (attempts.some(isAcknowledged)) entry.sum += operation.by;
  else if (!attempts.every(isUnmade)) entry.unknown.push(operation.by);
}

/** Every sum that some of these numbers have. Numbers of a drill are small, so there are few sums. */
function sumsOf(numbers: readonly number[]): ReadonlySet<number> {
  let sums = new Set([0]);
  for (const number of numbers) sums = new Set([...sums, ...[...sums].map((sum) => sum + number)]);
  return sums;
}
