import type { EvacuationsResponse, EvacuationView } from '@gsp/platform/contract';
import type { PlatformRegion } from '../platform/platform-outputs.ts';
import { observeHealth } from '../regions/observed-health.ts';
import { EvacuationError } from './evacuation-error.ts';
import type { OperatorCredentials, OperatorRequest } from './operator-request.ts';
import { refusalOf } from './refusal-text.ts';

/** Who asks, of which platform. */
export interface OperatorOptions {
  readonly regions: readonly PlatformRegion[];
  readonly credentials: () => Promise<OperatorCredentials>;
  readonly signal: AbortSignal;
}

/** What is to be evacuated, why, and for how long. */
export interface EvacuateRequest {
  readonly region: string;
  readonly reason: string;
  readonly expiresInSeconds: number;
}

/**
 * Takes a region out of service by asking a peer of it that is well. Resolves with the region that noted it.
 *
 * @throws {EvacuationError} when no peer is well, when it is refused, or when it would leave no region in service
 */
export async function evacuate(
  { region, reason, expiresInSeconds }: EvacuateRequest,
  options: OperatorOptions,
): Promise<string> {
  const act = `evacuate ${region}`;
  const via = await choosePeer(region, { act, accept: 'healthy', ...options });
  const request = { method: 'PUT', path: pathOf(region), body: { reason, expiresInSeconds } } as const;
  const answer = await send<{ evacuation: EvacuationView }>(request, { act, via, ...options });
  if (answer.evacuation.inForce) return via.region;
  throw new EvacuationError(
    `Cannot evacuate ${region}: ${via.region} noted it, but beside older evacuations it would leave no region in service.`,
    {
      remedy:
        'Restore the other region first; until then this one waits, so restore it too if it is not wanted.',
    },
  );
}

/**
 * Puts a region back into service by asking a peer of it, one that is well if there is. Resolves with that peer.
 *
 * @throws {EvacuationError} when no peer answers, or when it is refused
 */
export async function restore(region: string, options: OperatorOptions): Promise<string> {
  const act = `restore ${region}`;
  const via = await choosePeer(region, { act, accept: 'reachable', ...options });
  await send<null>({ method: 'DELETE', path: pathOf(region) }, { act, via, ...options });
  return via.region;
}

/**
 * Evacuations and who did what, newest first, as the first region that is well knows them.
 *
 * @throws {EvacuationError} when no region answers, or when it is refused
 */
export async function listEvacuations(options: OperatorOptions): Promise<EvacuationsResponse> {
  const act = 'list the evacuations';
  const via = await choosePeer(null, { act, accept: 'reachable', ...options });
  return send<EvacuationsResponse>({ method: 'GET', path: '/control/evacuations' }, { act, via, ...options });
}

/** A region that is evacuated is asked through another: it must not have to say so of itself. */
async function choosePeer(
  region: string | null,
  {
    act,
    accept,
    regions,
    signal,
  }: Pick<OperatorOptions, 'regions' | 'signal'> & { act: string; accept: 'healthy' | 'reachable' },
): Promise<PlatformRegion> {
  const peers = regions.filter((peer) => peer.region !== region);
  const seen = await Promise.all(peers.map((peer) => observeHealth(peer, signal)));
  const healthy = seen.findIndex(({ isHealthy }) => isHealthy);
  const reachable = accept === 'reachable' ? seen.findIndex(({ isReachable }) => isReachable) : -1;
  const chosen = peers[healthy === -1 ? reachable : healthy];
  if (chosen !== undefined) return chosen;
  if (peers.length === 0) {
    throw new EvacuationError(`Cannot ${act}: there is no other region, one is needed to note it.`, {
      remedy: 'Add a region in amplify/topology.ts.',
    });
  }
  const said = seen.map((one) => `${one.region}: ${one.said}`).join('; ');
  throw new EvacuationError(`Cannot ${act}: no region that could note it answers well (${said}).`, {
    remedy: seen.some(({ said: words }) => words.includes('evacuated'))
      ? 'Restore the region that is evacuated first, if it may serve: the last one in service stays.'
      : 'See docs/runbooks/both-unhealthy.md.',
  });
}

/** The signer is fetched when it is needed: most who look at the console never evacuate a region. */
async function send<Answer>(
  request: OperatorRequest,
  { act, via, credentials, signal }: OperatorOptions & { act: string; via: PlatformRegion },
): Promise<Answer> {
  const { sendOperatorRequest } = await import('./operator-request.ts');
  const { endpoint, region } = via;
  const given = await credentials();
  const answer = await sendOperatorRequest(request, { endpoint, region, credentials: given, signal }).catch(
    (cause: unknown) => {
      signal.throwIfAborted();
      throw new EvacuationError(`Cannot ${act}: ${region} gave no answer that this page may read.`, {
        cause,
        remedy: `Look whether ${endpoint} answers, and whether cors.allowOrigins in amplify/topology.ts has the origin of this page.`,
      });
    },
  );
  if (answer.status >= 200 && answer.status < 300) return answer.body as Answer;
  const { message, remedy } = refusalOf(answer, { act, via: region });
  throw new EvacuationError(message, { remedy });
}

function pathOf(region: string): string {
  return `/control/evacuations/${encodeURIComponent(region)}`;
}
