import type { Random } from '@gsp/twin';
import type { DataKeys } from '../data/data-keys.ts';
import type { Operation } from '../judge/history.ts';
import { pick, pickWeighted } from '../pick.ts';
import { timedKey } from '../timed-key.ts';

/** An item that a client may read again. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** What a client of steady traffic does, and how often, as shares that add up to 1. Half of it reads. */
const MIX = [
  ['read', 0.44],
  ['count', 0.06],
  ['post', 0.24],
  ['put', 0.16],
  ['increment', 0.1],
] as const;

/**
 * Makes the operations of one client of steady traffic: reads and writes that need nothing but themselves, so that each
 * answer tells about the platform and not about the one before. Writes carry an idempotency key wherever the API takes
 * one, so that one of unknown outcome can be repeated once everything has healed.
 *
 * @param isReadOnly whether nothing is written
 * @param nowMs the time of new keys, in milliseconds since 1970
 */
export function createTrafficWorkload({
  client,
  keys,
  random,
  isReadOnly = false,
  nowMs = Date.now,
}: {
  client: string;
  keys: DataKeys;
  random: Random;
  isReadOnly?: boolean;
  nowMs?: () => number;
}): (touched: readonly ItemKey[]) => Operation {
  let made = 0;
  return (touched) => {
    made += 1;
    const identity = { id: `${client}-${made}`, client };
    const keyed = { ...identity, idempotencyKey: timedKey(nowMs(), random) };
    const kind = pickWeighted(MIX, random);
    if (isReadOnly || kind === 'read')
      return { ...identity, kind: 'read', ...itemToRead(touched, keys, random) };
    switch (kind) {
      case 'post':
        return { ...keyed, kind: 'post', pk: pick(keys.freshPks, random) };
      case 'put': {
        const { pk, sk } = pick(keys.hot, random);
        return { ...keyed, kind: 'put', pk, sk };
      }
      case 'increment':
        return {
          ...keyed,
          kind: 'increment',
          counter: pick(keys.keyedCounters, random),
          by: 1 + Math.floor(random() * 9),
        };
      case 'count':
        return { ...identity, kind: 'count', counter: pick(keys.keyedCounters, random) };
    }
  };
}

/** Most often what the client's own session has seen: only then is there something to be stale. */
function itemToRead(touched: readonly ItemKey[], { hot }: DataKeys, random: Random): ItemKey {
  const { pk, sk } = touched.length > 0 && random() < 0.7 ? pick(touched, random) : pick(hot, random);
  return { pk, sk };
}
