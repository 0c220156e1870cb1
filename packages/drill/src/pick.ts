import type { Random } from '@gsp/twin';

/**
 * One of the values, each as likely.
 *
 * @throws {RangeError} where there is none
 */
export function pick<T>(values: readonly T[], random: Random): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined)
    throw new RangeError('Cannot pick a value: there is none, at least one is needed.');
  return value;
}

/** The values in an order of chance. */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}

/** Kinds of steps and the share of each; shares add up to 1. */
type Mix<Kind extends string> = readonly (readonly [kind: Kind, share: number])[];

/**
 * One of the kinds of a mix, as likely as its share says.
 *
 * @throws {RangeError} for a mix without kinds
 */
export function pickWeighted<Kind extends string>(mix: Mix<Kind>, random: Random): Kind {
  const [first] = mix;
  if (first === undefined) throw new RangeError('Cannot choose a kind: the mix is empty, one is needed.');
  const point = random();
  let sum = 0;
  for (const [kind, share] of mix) {
    sum += share;
    if (point < sum) return kind;
  }
  // Shares that are sums of fractions may end a hair below 1.
  return first[0];
}
