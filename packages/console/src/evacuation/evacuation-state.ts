/** What a peer's probe says of a region, as Route 53's checkers ask it; null where it says neither yes nor no. */
export interface ProbeAnswer {
  /** Region that was asked. */
  readonly peer: string;
  readonly isEvacuated: boolean | null;
  /** ISO 8601, UTC; only with a yes. */
  readonly expiresAt: string | null;
}

/** Whether a region is out of service on purpose, as its peers know. */
export interface EvacuationState {
  readonly region: string;
  /** `partly`: some peers say so and others do not yet. `unknown`: none answers. */
  readonly standing: 'in-service' | 'partly' | 'evacuated' | 'unknown';
  /** When it ends by itself; the latest that a peer names. */
  readonly expiresAt: string | null;
  readonly probes: readonly ProbeAnswer[];
}

/** Joins what the peers of a region say. Route 53 takes a region out as soon as one of them says so. */
export function evacuationState(region: string, probes: readonly ProbeAnswer[]): EvacuationState {
  const heard = probes.filter(({ isEvacuated }) => isEvacuated !== null);
  const saying = heard.filter(({ isEvacuated }) => isEvacuated === true);
  const ends = saying.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt])).sort();
  return {
    region,
    standing: standingOf(heard.length, saying.length),
    expiresAt: ends.at(-1) ?? null,
    probes,
  };
}

function standingOf(heard: number, saying: number): EvacuationState['standing'] {
  if (heard === 0) return 'unknown';
  if (saying === 0) return 'in-service';
  return saying < heard ? 'partly' : 'evacuated';
}

/** Reads a probe's answer: 200 with an end while the region is evacuated, 404 otherwise. */
export function readProbe(
  peer: string,
  { status, body }: { readonly status: number; readonly body: unknown },
): ProbeAnswer {
  if (status !== 200) return { peer, isEvacuated: status === 404 ? false : null, expiresAt: null };
  const expiresAt: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'expiresAt') : null;
  return { peer, isEvacuated: true, expiresAt: typeof expiresAt === 'string' ? expiresAt : null };
}
