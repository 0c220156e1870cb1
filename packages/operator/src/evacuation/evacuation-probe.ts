import type { PlatformRegion } from './platform.ts';

const PROBE_TIMEOUT_MS = 3_000;

/**
 * Whether a region's probe says that `region` is evacuated, as Route 53's checkers ask it: 200 while it is. Null where it
 * says neither yes nor no, as when it cannot be reached.
 */
export async function isEvacuatedBy(
  { endpoint }: PlatformRegion,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<boolean | null> {
  try {
    const response = await fetch(`${endpoint}/control/evacuations/${encodeURIComponent(region)}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    if (response.status === 200) return true;
    return response.status === 404 ? false : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
