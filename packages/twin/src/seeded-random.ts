/** A source of numbers from 0 to below 1. */
export type Random = () => number;

/**
 * A source whose numbers follow from a seed and a name, so that a run can be repeated: xorshift (Marsaglia,
 * "Xorshift RNGs", Journal of Statistical Software, 2003), begun from an FNV-1a hash of both.
 */
export function seededRandom(seed: number, name: string): Random {
  let state = 0x811c9dc5;
  for (const character of `${seed} ${name}`) {
    state ^= character.codePointAt(0) ?? 0;
    state = Math.imul(state, 0x01000193) >>> 0;
  }
  if (state === 0) state = 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}
