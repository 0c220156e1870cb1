import { encodePathKey } from '@gsp/platform/contract';
import type { RegionAddress } from './choose-region.ts';
import { fetchAnswer, memberOf } from './fetch-answer.ts';

/** What a peer's probe says of a region, as Route 53's checkers ask it. */
export interface ProbeAnswer {
  /** Region that was asked. */
  readonly peer: string;
  /** Null where it says neither yes nor no, as when it cannot be reached. */
  readonly isEvacuated: boolean | null;
  /** ISO 8601, UTC; only with a yes. */
  readonly expiresAt: string | null;
}

/** Whether a region is out of service on purpose, as its peers know. */
export interface EvacuationState {
  readonly region: string;
  /** `partly`: some peers say so and others do not yet. `unknown`: none answers. */
  readonly status: 'in-service' | 'partly' | 'evacuated' | 'unknown';
  /** When it ends by itself; the latest that a peer names. */
  readonly expiresAt: string | null;
  readonly probes: readonly ProbeAnswer[];
}

const PROBE_TIMEOUT_MS = 3_000;

/** Asks the public probe of each peer of `region`, side by side. Rejects only with the signal's reason. */
export async function readEvacuationState(
  region: string,
  { peers, signal }: { peers: readonly RegionAddress[]; signal: AbortSignal },
): Promise<EvacuationState> {
  return evacuationState(region, await Promise.all(peers.map((peer) => askProbe(peer, { region, signal }))));
}

/** Joins what the peers of a region say. Route 53 takes a region out as soon as one of them says so. */
export function evacuationState(region: string, probes: readonly ProbeAnswer[]): EvacuationState {
  const heard = probes.filter(({ isEvacuated }) => isEvacuated !== null);
  const saying = heard.filter(({ isEvacuated }) => isEvacuated === true);
  const ends = saying.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt])).sort();
  return {
    region,
    status: statusOf(heard.length, saying.length),
    expiresAt: ends.at(-1) ?? null,
    probes,
  };
}

function statusOf(heard: number, saying: number): EvacuationState['status'] {
  if (heard === 0) return 'unknown';
  if (saying === 0) return 'in-service';
  return saying < heard ? 'partly' : 'evacuated';
}

/** 200 with an end while the region is evacuated, 404 otherwise. */
async function askProbe(
  { region: peer, endpoint }: RegionAddress,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<ProbeAnswer> {
  try {
    const url = `${endpoint}/control/evacuations/${encodePathKey(region)}`;
    const { status, body } = await fetchAnswer(url, {}, { timeoutMs: PROBE_TIMEOUT_MS, signal });
    if (status !== 200) return { peer, isEvacuated: status === 404 ? false : null, expiresAt: null };
    const expiresAt = memberOf(body, 'expiresAt');
    return { peer, isEvacuated: true, expiresAt: typeof expiresAt === 'string' ? expiresAt : null };
  } catch {
    signal.throwIfAborted();
    return { peer, isEvacuated: null, expiresAt: null };
  }
}
