import type { Random } from '@gsp/twin';
import type { Operation } from '../judge/history.ts';
import type { ObservedTally, TallyAction } from '../judge/tally.ts';
import { pick, pickWeighted } from '../pick.ts';
import type { DataKeys } from './data-keys.ts';

/** What is done to tallies, as shares that add up to 1. */
const MIX = [
  ['mark', 0.6],
  ['look', 0.14],
  ['find', 0.12],
  ['drop', 0.14],
] as const;

/** Shares of additions to a tally that the client does not know of, which make it; that move it; that have a key. */
const OPEN_SHARE = 0.5;
const MOVE_SHARE = 0.2;
const KEYED_SHARE = 0.5;

interface TallyWorkloadOptions {
  readonly keys: Pick<DataKeys, 'tallies' | 'tallyKinds'>;
  readonly random: Random;
  /** Makes the id of an operation, and a key where it is to have one. */
  readonly identity: (isKeyed: boolean) => Pick<Operation, 'id' | 'client' | 'idempotencyKey'>;
}

/** Makes what one client does to tallies, given those that it has seen last, by id. */
export function createTallyWorkload({ keys, random, identity }: TallyWorkloadOptions) {
  const chance = (share: number) => random() < share;
  const act = (action: TallyAction, isKeyed = false): Operation => ({ ...identity(isKeyed), ...action });
  const add = (tally: string, isKnown: boolean): Operation => {
    const tallyKind = pick(keys.tallyKinds, random);
    const isKeyed = chance(KEYED_SHARE);
    if (!isKnown && chance(OPEN_SHARE)) return act({ kind: 'open', tally, tallyKind }, isKeyed);
    return act({ kind: 'mark', tally, ...(chance(MOVE_SHARE) ? { tallyKind } : {}) }, isKeyed);
  };
  return (seen: ReadonlyMap<string, ObservedTally>): Operation => {
    const { id: tally, isDropped } = pick(keys.tallies, random);
    const known = seen.get(tally);
    switch (pickWeighted(MIX, random)) {
      case 'mark':
        return add(tally, known !== undefined);
      case 'look':
        return act({ kind: 'look', tally });
      case 'find':
        return act({ kind: 'find', tallyKind: pick(keys.tallyKinds, random) });
      case 'drop': {
        if (known === undefined || !isDropped) return act({ kind: 'look', tally });
        const { version: match, marks: removed } = known;
        return act({ kind: 'drop', tally, match, removed }, chance(KEYED_SHARE));
      }
    }
  };
}
