import { z } from 'zod';

/** How a page of some origin would find the twin. */
export type TwinSighting =
  /** It runs, and its regions answer pages of that origin. */
  | 'ready'
  /** It runs, and its regions' CORS refuses that origin. */
  | 'refuses-origin'
  /** Nothing that is a twin answers there. */
  | 'absent';

const TIMEOUT_MS = 3_000;

const stateSchema = z.object({ regions: z.array(z.object({ api: z.string(), status: z.string() })) });

/** Looks for the twin whose control API is at `twin`, and asks one of its regions whether pages of `origin` may call it. */
export async function findTwin(twin: string, origin: string): Promise<TwinSighting> {
  try {
    const state = stateSchema.parse(await (await ask(`${twin}/_twin/state`)).json());
    const api = state.regions.find(({ status }) => status === 'running')?.api;
    // Regions that are all down refuse nobody: they are started from the page.
    if (api === undefined) return 'ready';
    const preflight = await ask(`${api}/health`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
    const allowed = preflight.headers.get('access-control-allow-origin');
    return allowed === origin || allowed === '*' ? 'ready' : 'refuses-origin';
  } catch {
    // Not there, not a twin, or too slow to tell: a page could not work with it as it is.
    return 'absent';
  }
}

function ask(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
}
