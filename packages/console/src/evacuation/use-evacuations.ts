import { type EvacuationState, readEvacuationState } from '@gsp/client/operator';
import { useCallback, useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { usePoll } from '../ui/use-poll.ts';

/** Every region's evacuation as its peers know it. */
export interface Evacuations {
  /** In the order of the outputs; empty until the peers were asked once. */
  readonly states: readonly EvacuationState[];
  /** Asks now instead of within some seconds. Never rejects. */
  refresh(): Promise<void>;
}

const EVERY_MS = 3_000;
/** A deployed platform's probes are asked by Route 53 as well; a page that is left open should not add much. */
const EVERY_MS_DEPLOYED = 10_000;

/** Asks every region what it knows of its peers, through the public probe that Route 53 asks. */
export function useEvacuations(): Evacuations {
  const { regions, twin } = usePlatform();
  const [states, setStates] = useState<readonly EvacuationState[]>([]);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = await Promise.all(
        regions.map(({ region }) => {
          const peers = regions.filter((peer) => peer.region !== region);
          return readEvacuationState(region, { peers, signal });
        }),
      );
      setStates((known) => (JSON.stringify(known) === JSON.stringify(found) ? known : found));
    },
    [regions],
  );
  usePoll(ask, { everyMs: twin === null ? EVERY_MS_DEPLOYED : EVERY_MS });
  const refresh = useCallback(() => ask(new AbortController().signal).catch(() => undefined), [ask]);
  return { states, refresh };
}
