import { checkHealth, type HealthAnswer, type RegionAddress } from '@gsp/client/operator';

/** What a region answered to `GET /health`, asked by this page. */
export interface ObservedHealth extends HealthAnswer {
  readonly latencyMs: number | null;
  /** When it was asked, ISO 8601, UTC. */
  readonly at: string;
}

/** Where the global name led when this page followed it. */
export interface ObservedRoute {
  /** Region that answered; null when none did. */
  readonly region: string | null;
  readonly at: string;
}

/** Longer than a check waits: a region that is slow is to be seen as that. */
const TIMEOUT_MS = 5_000;

/** Asks a region how it is. Rejects only with the signal's reason. */
export async function observeHealth(region: RegionAddress, signal: AbortSignal): Promise<ObservedHealth> {
  const startedAtMs = performance.now();
  const at = new Date().toISOString();
  const answer = await checkHealth(region, { signal, timeoutMs: TIMEOUT_MS });
  return { ...answer, latencyMs: answer.isReachable ? performance.now() - startedAtMs : null, at };
}

/** Follows the global name as this browser does, its cache of DNS answers included. Rejects only with the signal's reason. */
export async function observeRoute(
  { endpoint }: { readonly endpoint: string },
  signal: AbortSignal,
): Promise<ObservedRoute> {
  const at = new Date().toISOString();
  try {
    const response = await fetch(`${endpoint}/health/live`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    return { region: response.headers.get('x-region'), at };
  } catch {
    signal.throwIfAborted();
    return { region: null, at };
  }
}
