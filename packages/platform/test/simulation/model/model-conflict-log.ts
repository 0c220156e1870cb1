import type { Conflict } from '../../../src/contract/conflict.ts';
import type { ConflictId, ConflictLog } from '../../../src/domain/conflict-log.ts';
import type { Invocation } from './invocation.ts';
import { itemName, keys } from './keys.ts';
import type { Entry, Replica } from './replica.ts';
import type { World } from './world.ts';

/** What a conflict log is bound to. */
export interface ConflictLogOptions {
  readonly world: World;
  readonly region: string;
  readonly invocation: Invocation;
  /** The images that an entry made now is about. */
  readonly about?: { readonly loser: number; readonly winner: number | undefined };
}

/** The lost image that an entry of a simulated log is about, by the entry as callers get it. */
export const losers = new WeakMap<Conflict, number>();

/** Makes the conflict log of one invocation. */
export function modelConflictLog({ world, region, invocation, about }: ConflictLogOptions): ConflictLog {
  const replica = world.replica(region);
  const find: ConflictLog['find'] = (id) =>
    invocation.call(() => {
      // Two regions may have made a keyed write, each at its time: any entry of the item and the dot will do.
      const known = replica.get(keys.conflict(id)) ?? sameWrite(replica, id);
      if (known?.kind !== 'conflict') return undefined;
      const { conflict, dot, history } = known;
      return { conflict, dot, history };
    });
  return {
    record: (id, conflict) =>
      invocation.call(() => {
        if (about === undefined)
          throw new Error('Cannot record a conflict: it is not known what it is about');
        const key = keys.conflict(id);
        if (replica.get(key) !== undefined) return false;
        const named = { id: key, ...conflict };
        losers.set(named, about.loser);
        replica.put(key, {
          kind: 'conflict',
          conflict: named,
          item: itemName(conflict.loser),
          dot: id.dot,
          history: id.history,
          isQuiet: id.isQuiet,
          ...about,
        });
        return true;
      }),
    find,
    findDot: find,
    acknowledge: (id) =>
      invocation.call(() => {
        const known = replica.get(id);
        if (known?.kind !== 'conflict') return false;
        replica.put(id, { ...known, isQuiet: true });
        return true;
      }),
    list: ({ pk, limit, after }) =>
      invocation.call(() => {
        const found = replica
          .entries()
          .flatMap(([key, entry]) => (entry.kind === 'conflict' ? [{ key, conflict: entry.conflict }] : []))
          .filter(
            ({ conflict, key }) => (pk === undefined || conflict.loser.pk === pk) && key > (after ?? ''),
          )
          .sort((a, b) => (a.key < b.key ? -1 : 1));
        const slice = found.slice(0, limit);
        const last = slice.at(-1);
        const page = { entries: slice.map(({ conflict }) => conflict), unreadable: [] };
        return found.length > limit && last ? { ...page, next: last.key } : page;
      }),
  };
}

function sameWrite(replica: Replica, { pk, item, dot }: ConflictId): Entry | undefined {
  return replica.entries().find(([key, entry]) => {
    if (entry.kind !== 'conflict' || !key.startsWith(`conflict ${pk} `)) return false;
    const [, itemHere, dotHere] = key.split('#');
    return itemHere === item && (Number(dotHere) === dot || entry.history.includes(dot));
  })?.[1];
}
