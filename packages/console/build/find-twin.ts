import { createTwinClient } from '@gsp/twin/control';

/** How a page of some origin would find the twin. */
export type TwinSighting =
  /** It runs, and its regions answer pages of that origin. */
  | 'ready'
  /** It runs, and its regions' CORS refuses that origin. */
  | 'refuses-origin'
  /** Nothing that is a twin answers there. */
  | 'absent';

const TIMEOUT_MS = 3_000;

/** Looks for the twin whose control API is at `twin`, and asks one of its regions whether pages of `origin` may call it. */
export async function findTwin(twin: string, origin: string): Promise<TwinSighting> {
  try {
    const state = await createTwinClient(twin).state(AbortSignal.timeout(TIMEOUT_MS));
    const api = state.regions.find(({ status }) => status === 'running')?.api;
    // Regions that are all down refuse nobody: they are started from the page.
    if (api === undefined) return 'ready';
    const preflight = await fetch(`${api}/health`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const allowed = preflight.headers.get('access-control-allow-origin');
    return allowed === origin || allowed === '*' ? 'ready' : 'refuses-origin';
  } catch {
    // Not there, not a twin, or too slow to tell: a page could not work with it as it is.
    return 'absent';
  }
}
