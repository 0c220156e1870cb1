/** What a region answered to `GET /health`, asked by this page. */
export interface ObservedHealth {
  readonly region: string;
  /** Whether it answered 200. */
  readonly isHealthy: boolean;
  /** Whether it answered at all. */
  readonly isReachable: boolean;
  /** For a person: `HTTP 503 (evacuated)`, `no answer within 5 s`. */
  readonly said: string;
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

/** `/health` answers within 1.5 s by contract; the rest is for the way there. */
const TIMEOUT_MS = 5_000;

/** Asks a region how it is. Rejects only with the signal's reason. */
export async function observeHealth(
  { region, endpoint }: { readonly region: string; readonly endpoint: string },
  signal: AbortSignal,
): Promise<ObservedHealth> {
  const startedAtMs = performance.now();
  const at = new Date().toISOString();
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`${endpoint}/health`, {
      signal: AbortSignal.any([signal, limit]),
    });
    const latencyMs = performance.now() - startedAtMs;
    const said = saidBy(response.status, await response.json().catch(() => null));
    return { region, isHealthy: response.status === 200, isReachable: true, said, latencyMs, at };
  } catch {
    signal.throwIfAborted();
    const said = limit.aborted
      ? `No answer within ${TIMEOUT_MS / 1_000} s`
      : 'It cannot be reached from here';
    return { region, isHealthy: false, isReachable: false, said, latencyMs: null, at };
  }
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

/** `HTTP 503 (table-write-timeout, evacuated)`: the status, and the reasons that the body gives. */
export function saidBy(status: number, body: unknown): string {
  const reasons: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'reasons') : null;
  const given = Array.isArray(reasons) ? reasons.map(String) : [];
  return given.length === 0 ? `HTTP ${status}` : `HTTP ${status} (${given.join(', ')})`;
}
