import {
  createOriginVerifier,
  type OriginVerdict,
  type OriginVerifierOptions,
} from '../../src/domain/origin-verifier.ts';
import { manualClock } from './manual-clock.ts';

/** Name of a secret. */
export type Slot = 'a' | 'b';

/** Both of them. */
export const slots: readonly Slot[] = ['a', 'b'];

/** The signal of a request whose time does not end. */
export const inTime = () => new AbortController().signal;

/** A verifier over two secrets in memory, with all that it asked and told. A secret that is undefined cannot be read. */
export function originVerifierUnderTest(options: Partial<OriginVerifierOptions> = {}) {
  const clock = manualClock();
  const secrets: Record<Slot, string | undefined> = { a: 'a1', b: 'b1' };
  const reads: { slot: Slot; atMs: number; isGood: boolean }[] = [];
  const failures: unknown[] = [];
  const comparisons: string[] = [];
  const verify = createOriginVerifier({
    names: slots,
    read: async (name) => {
      const slot: Slot = name === 'a' ? 'a' : 'b';
      const value = secrets[slot];
      reads.push({ slot, atMs: clock.nowMs(), isGood: value !== undefined });
      if (value === undefined) throw new Error(`Cannot read ${name}`);
      return value;
    },
    isSame: (one, other) => {
      comparisons.push(other);
      return one === other;
    },
    clock,
    onFailure: (failure) => failures.push(failure),
    ...options,
  });
  const ask = async (presented: string | undefined, signal = inTime()): Promise<OriginVerdict['kind']> =>
    (await verify(presented, { signal })).kind;
  return { clock, secrets, reads, failures, comparisons, verify, ask };
}
