import { EvacuationError } from './evacuation-error.ts';
import type { Platform, PlatformRegion } from './platform.ts';

/** What a region says of itself: how `GET /health` came out. */
export interface RegionHealth extends PlatformRegion {
  /** Whether it answered 200. */
  readonly isHealthy: boolean;
  /** Whether it answered at all. */
  readonly isReachable: boolean;
  /** For a person: `HTTP 503 (evacuated)`, `no answer within 3000 ms`. */
  readonly said: string;
}

/** `/health` answers within 1.5 s by contract; the rest is for the way there. */
const HEALTH_TIMEOUT_MS = 3_000;

/**
 * The region to which an operator's request is sent: the one that was asked for, or the first that answers well, in
 * topology order.
 *
 * @param candidates regions that may be asked, in the order of preference
 * @throws {EvacuationError} when none may or none answers, with what each said
 */
export async function chooseRegion(
  candidates: readonly PlatformRegion[],
  { act, accept, signal }: { act: string; accept: 'healthy' | 'reachable'; signal: AbortSignal },
): Promise<PlatformRegion> {
  const found = await Promise.all(candidates.map((candidate) => healthOf(candidate, signal)));
  const chosen =
    found.find(({ isHealthy }) => isHealthy) ??
    (accept === 'reachable' ? found.find(({ isReachable }) => isReachable) : undefined);
  if (chosen !== undefined) return chosen;
  if (found.length === 0) {
    throw new EvacuationError(
      `Cannot ${act}: there is no other region, one is needed to note it. Add a region in amplify/topology.ts.`,
    );
  }
  const said = found.map(({ region, said: words }) => `${region}: ${words}`).join('; ');
  throw new EvacuationError(
    `Cannot ${act}: no region that could note it answers well (${said}), one is needed. See docs/runbooks/both-unhealthy.md.`,
  );
}

/**
 * The regions that may carry out what concerns `region`: the one named by `--via`, or all its peers.
 *
 * @throws {EvacuationError} when a name is no region of the platform, or when `via` is the region itself
 */
export function peersOf(
  platform: Platform,
  { region, via, act }: { region: string; via: string | undefined; act: string },
): readonly PlatformRegion[] {
  const subject = regionNamed(region, { platform, act });
  if (via === undefined) return platform.regions.filter((peer) => peer !== subject);
  const peer = regionNamed(via, { platform, act });
  if (peer !== subject) return [peer];
  throw new EvacuationError(
    `Cannot ${act}: --via names ${region} itself, another region must note it. Leave --via out, or name a peer.`,
  );
}

/** @throws {EvacuationError} when the platform has no region of that name */
export function regionNamed(
  name: string,
  { platform, act }: { platform: Pick<Platform, 'regions'>; act: string },
): PlatformRegion {
  const found = platform.regions.find(({ region }) => region === name);
  if (found !== undefined) return found;
  throw new EvacuationError(
    `Cannot ${act}: '${name}' is no region of this platform, one of ${platform.regions.map(({ region }) => region).join(', ')} is needed. Correct the spelling.`,
  );
}

/** Asks a region's own endpoint how it is. Never throws but for the caller's own abort. */
export async function healthOf(place: PlatformRegion, signal: AbortSignal): Promise<RegionHealth> {
  const limit = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
  try {
    const response = await fetch(`${place.endpoint}/health`, { signal: AbortSignal.any([signal, limit]) });
    const reasons = reasonsIn(await response.json().catch(() => undefined));
    const said = `HTTP ${response.status}${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`;
    return { ...place, isHealthy: response.status === 200, isReachable: true, said };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const said = limit.aborted ? `no answer within ${HEALTH_TIMEOUT_MS} ms` : messageOf(cause);
    return { ...place, isHealthy: false, isReachable: false, said };
  }
}

function reasonsIn(body: unknown): string[] {
  const reasons: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'reasons') : undefined;
  return Array.isArray(reasons) ? reasons.map(String) : [];
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || String(Reflect.get(cause, 'code') ?? cause.name);
}
