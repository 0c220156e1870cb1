import { isProblemError } from '@gsp/client/fetch';
import type { Conflict, Item } from '@gsp/platform/contract';
import { useCallback, useRef, useState } from 'react';
import { describeFailure, type Failure } from '../items/failure-note.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { usePoll } from '../ui/use-poll.ts';
import { type PairedConflict, pairConflicts } from './pair-conflicts.ts';

/** The conflicts of a partition key, as they are now. */
export interface ConflictLog {
  readonly conflicts: readonly PairedConflict[];
  readonly hasAsked: boolean;
  /** Why the log could not be read the last time; what was read before stays. */
  readonly failure: Failure | null;
  /** Asks now instead of within seconds. */
  refresh(): void;
  /** Shows an entry no more that was acknowledged: the region that is asked next may not have heard of it. */
  dismiss(conflict: Pick<Conflict, 'id'>): void;
}

interface Seen {
  readonly pk: string;
  readonly conflicts: readonly PairedConflict[];
}

/** Conflicts that are read and shown. */
export const conflictsMax = 50;
const everyMs = 2_500;
const timeoutMs = 4_000;

/** Follows the conflict log of `pk`, and reads each item that it names. */
export function useConflicts(pk: string): ConflictLog {
  const { client } = usePlatform();
  const [seen, setSeen] = useState<Seen | null>(null);
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<Failure | null>(null);

  /** Number of the newest question: an answer to an older one may come later, and is old all the same. */
  const asked = useRef(0);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      asked.current += 1;
      const number = asked.current;
      const options = { session: null, timeoutMs, signal };
      try {
        const { conflicts } = await client.listConflicts({ pk, limit: conflictsMax }, options);
        const current = await readItems(conflicts, (key) => client.getItem(key, options));
        if (signal.aborted || number < asked.current) return;
        setSeen((known) => {
          const before = known?.pk === pk ? known.conflicts : [];
          return { pk, conflicts: pairConflicts(conflicts, { currentBySk: current, before }) };
        });
        setFailure(null);
      } catch (error) {
        if (!signal.aborted) setFailure(describeFailure(error));
        throw error;
      }
    },
    [client, pk],
  );

  usePoll(ask, { everyMs });
  const current = seen?.pk === pk ? seen : null;
  return {
    conflicts: (current?.conflicts ?? []).filter(({ conflict }) => !dismissed.has(conflict.id)),
    hasAsked: current !== null,
    failure,
    dismiss: ({ id }) => setDismissed((known) => new Set([...known, id])),
    refresh: () => void ask(new AbortController().signal).catch(() => undefined),
  };
}

async function readItems(
  conflicts: readonly Conflict[],
  getItem: (key: { readonly pk: string; readonly sk: string }) => Promise<{ readonly item: Item }>,
): Promise<ReadonlyMap<string, Item | null>> {
  const keys = new Map(conflicts.map(({ loser: { pk, sk } }) => [sk, { pk, sk }]));
  const items = await Promise.all(
    [...keys].map(async ([sk, key]): Promise<[string, Item | null]> => {
      try {
        return [sk, (await getItem(key)).item];
      } catch (error) {
        // What another program has put in the item's place is not the item.
        if (isProblemError(error, 'item-not-found') || isProblemError(error, 'foreign-item'))
          return [sk, null];
        throw error;
      }
    }),
  );
  return new Map(items);
}
