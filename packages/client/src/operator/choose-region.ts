import type { RegionEndpoint } from '../region.ts';
import { fetchAnswer, memberOf } from './fetch-answer.ts';
import { OperatorError } from './operator-error.ts';

/** A region by its own API, never the global name: that may lead anywhere. */
export type RegionAddress = Pick<RegionEndpoint, 'region' | 'endpoint'>;

/** What a region says of itself: how `GET /health` came out. */
export interface HealthAnswer {
  readonly region: string;
  /** Whether it answered 200. */
  readonly isHealthy: boolean;
  /** Whether it answered at all. */
  readonly isReachable: boolean;
  /** For a person: `HTTP 503 (table-write-timeout, evacuated)`, `It cannot be reached from here: no answer within 3000 ms`. */
  readonly said: string;
}

/** `/health` answers within 1.5 s by contract; the rest is for the way there. */
const HEALTH_TIMEOUT_MS = 3_000;

/** Asks a region's own API how it is. Rejects only with the signal's reason. */
export async function checkHealth(
  { region, endpoint }: RegionAddress,
  { signal, timeoutMs = HEALTH_TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number },
): Promise<HealthAnswer> {
  try {
    const { status, body } = await fetchAnswer(`${endpoint}/health`, {}, { timeoutMs, signal });
    const reasons = memberOf(body, 'reasons');
    const given = Array.isArray(reasons) && reasons.length > 0 ? ` (${reasons.map(String).join(', ')})` : '';
    return { region, isHealthy: status === 200, isReachable: true, said: `HTTP ${status}${given}` };
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return { region, isHealthy: false, isReachable: false, said: `It cannot be reached from here: ${why}` };
  }
}

/**
 * The region to which an operator's request is sent: the first that answers well, in the order given; where it need only
 * note the request, else the first that answers at all.
 *
 * @throws {OperatorError} `no-region` or `no-healthy-region`, with what each said
 * @throws the signal's reason
 */
export async function chooseRegion<Candidate extends RegionAddress>(
  candidates: readonly Candidate[],
  { act, accept, signal }: { act: string; accept: 'healthy' | 'reachable'; signal: AbortSignal },
): Promise<Candidate> {
  const answers = await Promise.all(candidates.map((candidate) => checkHealth(candidate, { signal })));
  const healthy = answers.findIndex(({ isHealthy }) => isHealthy);
  const reachable = accept === 'reachable' ? answers.findIndex(({ isReachable }) => isReachable) : -1;
  const chosen = candidates[healthy === -1 ? reachable : healthy];
  if (chosen !== undefined) return chosen;
  if (candidates.length === 0) {
    throw new OperatorError(
      'no-region',
      `Cannot ${act}: there is no other region, one is needed to note it`,
      {
        remedy: 'Add a region in amplify/topology.ts.',
      },
    );
  }
  const said = answers.map((one) => `${one.region}: ${one.said}`).join('; ');
  throw new OperatorError(
    'no-healthy-region',
    `Cannot ${act}: no region that could note it answers well (${said})`,
    {
      remedy: said.includes('evacuated')
        ? 'Restore the region that is evacuated first, if it may serve: the last one in service stays.'
        : 'See docs/runbooks/both-unhealthy.md.',
    },
  );
}
