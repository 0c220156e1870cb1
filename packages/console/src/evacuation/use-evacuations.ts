import { useCallback, useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import type { PlatformRegion } from '../platform/platform-outputs.ts';
import { usePoll } from '../ui/use-poll.ts';
import { type EvacuationState, evacuationState, type ProbeAnswer, readProbe } from './evacuation-state.ts';

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
const TIMEOUT_MS = 3_000;

/** Asks every region what it knows of its peers, through the public probe that Route 53 asks. */
export function useEvacuations(): Evacuations {
  const { regions, twin } = usePlatform();
  const [states, setStates] = useState<readonly EvacuationState[]>([]);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = await Promise.all(regions.map((subject) => stateOf(subject, { regions, signal })));
      setStates((known) => (JSON.stringify(known) === JSON.stringify(found) ? known : found));
    },
    [regions],
  );
  usePoll(ask, { everyMs: twin === null ? EVERY_MS_DEPLOYED : EVERY_MS });
  const refresh = useCallback(() => ask(new AbortController().signal).catch(() => undefined), [ask]);
  return { states, refresh };
}

async function stateOf(
  { region }: PlatformRegion,
  { regions, signal }: { regions: readonly PlatformRegion[]; signal: AbortSignal },
): Promise<EvacuationState> {
  const peers = regions.filter((peer) => peer.region !== region);
  const probes = await Promise.all(peers.map((peer) => probe(peer, { region, signal })));
  return evacuationState(region, probes);
}

async function probe(
  { region: peer, endpoint }: PlatformRegion,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<ProbeAnswer> {
  try {
    const response = await fetch(`${endpoint}/control/evacuations/${encodeURIComponent(region)}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const body: unknown = await response.json().catch(() => null);
    return readProbe(peer, { status: response.status, body });
  } catch {
    signal.throwIfAborted();
    return { peer, isEvacuated: null, expiresAt: null };
  }
}
