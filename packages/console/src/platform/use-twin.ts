import { createTwinClient, type Fault, type TwinState } from '@gsp/twin/control';
import { useCallback, useMemo, useRef, useState } from 'react';
import { usePoll } from '../ui/use-poll.ts';
import type { LoadedPlatform } from './load-platform.ts';
import type { TwinView } from './platform-context.tsx';

const twin = createTwinClient();

const EVERY_MS = 1_000;
const EVERY_MS_MAX = 10_000;

/**
 * The twin behind the page, asked each second while the page can be seen, more rarely while it does not answer.
 * Null where there is none.
 */
export function useTwin({
  hasTwin,
  twinState,
}: Pick<LoadedPlatform, 'hasTwin' | 'twinState'>): TwinView | null {
  const [state, setState] = useState<TwinState | null>(twinState);
  const [isConnected, setConnected] = useState(twinState !== null);
  /** Number of the newest question; an answer to an older one is old, however late it comes. */
  const asked = useRef(0);

  const take = useCallback(async (question: () => Promise<TwinState>) => {
    asked.current += 1;
    const number = asked.current;
    const answer = await question();
    // ask #1 ──────────────────────────────► answered late, from before the fault
    //      fault ──► done, ask #2 ──► region killed
    // Without this line #1 would show the region alive again for a second.
    if (number < asked.current) return;
    setState(answer);
    setConnected(true);
  }, []);

  const poll = useCallback(
    async (signal: AbortSignal) => {
      try {
        await take(() => twin.state(signal));
      } catch (error) {
        if (!signal.aborted) setConnected(false);
        throw error;
      }
    },
    [take],
  );
  usePoll(poll, { everyMs: EVERY_MS, everyMsMax: EVERY_MS_MAX, isEnabled: hasTwin });

  return useMemo(() => {
    if (!hasTwin) return null;
    const never = new AbortController().signal;
    const refresh = () => poll(never).catch(() => undefined);
    return {
      state,
      isConnected,
      inject: async (fault: Fault) => {
        await twin.inject(fault, never);
        await refresh();
      },
      refresh,
    };
  }, [hasTwin, state, isConnected, poll]);
}
