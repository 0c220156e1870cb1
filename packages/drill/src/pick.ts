/** Kinds of steps and the share of each; shares add up to 1. */
export type Mix<Kind extends string> = readonly (readonly [kind: Kind, share: number])[];

/**
 * The kind that stands at a point of a mix, from 0 up to but without 1.
 *
 * @throws {RangeError} for a mix without kinds
 */
export function kindAt<Kind extends string>(mix: Mix<Kind>, point: number): Kind {
  const [first] = mix;
  if (first === undefined) throw new RangeError('Cannot choose a kind: the mix is empty, one is needed.');
  let sum = 0;
  for (const [kind, share] of mix) {
    sum += share;
    if (point < sum) return kind;
  }
  // Shares that are sums of fractions may end a hair below 1.
  return first[0];
}
