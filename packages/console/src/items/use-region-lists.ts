import { useCallback, useEffect, useRef, useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { usePoll } from '../ui/use-poll.ts';
import type { RegionList } from './compare-lists.ts';
import { describeFailure, type Failure } from './failure-note.tsx';

/** The latest items of a partition key as each region has them. */
export interface RegionLists {
  /** In the order of the regions; `items` is null where the region has not answered the last time it was asked. */
  readonly lists: readonly RegionList[];
  readonly hasAsked: boolean;
  /** Why the first of them did not answer; null when all did. */
  readonly failure: Failure | null;
  /** Asks now instead of within seconds. */
  refresh(): void;
}

/** Items that are compared. */
const listPageSize = 8;
const everyMs = 4_000;
const timeoutMs = 2_500;
const typingMs = 300;

/** Reads the newest items of `pk` in every region, each on its own, as long as the page can be seen. */
export function useRegionLists(pk: string): RegionLists {
  const { client, regions } = usePlatform();
  const [seen, setSeen] = useState<{
    readonly pk: string;
    readonly lists: readonly RegionList[];
    readonly failure: Failure | null;
  } | null>(null);

  /** Number of the newest question: an answer to an older one may come later, and is old all the same. */
  const asked = useRef(0);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      asked.current += 1;
      const number = asked.current;
      let failure: Failure | null = null;
      const lists = await Promise.all(
        regions.map(async ({ region }): Promise<RegionList> => {
          try {
            const options = { region, session: null, timeoutMs, signal };
            const page = await client.listItems({ pk, limit: listPageSize }, options);
            const { items, unreadable = [], cursor } = page;
            // A page ends by its bytes too, so that only a cursor tells that there is more.
            const last = [...items, ...unreadable].map(({ sk }) => sk).sort()[0];
            const end = cursor === undefined || last === undefined ? {} : { endsAt: last };
            return { region, items, unreadable, ...end };
          } catch (error) {
            failure ??= describeFailure(error);
            return { region, items: null };
          }
        }),
      );
      if (!signal.aborted && number === asked.current) setSeen({ pk, lists, failure });
    },
    [client, regions, pk],
  );

  usePoll(ask, { everyMs });
  const polledPk = useRef(pk);
  useEffect(() => {
    if (polledPk.current === pk) return;
    polledPk.current = pk;
    // Another key is another list, but not each letter of it on the way.
    const end = new AbortController();
    const timer = setTimeout(() => void ask(end.signal), typingMs);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [ask, pk]);

  const current = seen?.pk === pk ? seen : null;
  return {
    lists: current?.lists ?? regions.map(({ region }) => ({ region, items: null })),
    hasAsked: current !== null,
    failure: current?.failure ?? null,
    refresh: () => void ask(new AbortController().signal),
  };
}
