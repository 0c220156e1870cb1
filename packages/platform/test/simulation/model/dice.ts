import { seededRandom } from '@gsp/twin';

/** Throws that follow from a seed and a name, so that a run can be repeated whatever else is left out of it. */
export interface Dice {
  /** From 0 to below 1. */
  fraction(): number;
  /** Whether something happens that has this probability. */
  chance(probability: number): boolean;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** A whole number from 0 to below `limit`, which may be as large as 2^48. */
  below(limit: number): number;
}

/** Makes the dice of one purpose. */
export function diceOf(seed: number, purpose: string): Dice {
  const next = seededRandom(seed, purpose);
  // The first numbers of two generators whose seeds are alike are alike too.
  for (let burnt = 0; burnt < 4; burnt++) next();
  const fraction = () => next();
  const below = (limit: number) => Math.floor((next() + next() / 2 ** 32) * limit) % limit;
  return {
    fraction,
    below,
    chance: (probability) => next() < probability,
    between: (min, max) => min + below(max - min + 1),
    pick: (list) => {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('Cannot pick: the list is empty, one entry is needed');
      return picked;
    },
  };
}
