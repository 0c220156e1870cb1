import { type EvacuationsResponse, type EvacuationView, encodePathKey } from '@gsp/platform/contract';
import { chooseRegion, type RegionAddress } from './choose-region.ts';
import { type Answer, memberOf } from './fetch-answer.ts';
import { OperatorError } from './operator-error.ts';
import type { OperatorCredentials, RequestToSign } from './signed-request.ts';

/** Who asks, and of which platform. */
export interface OperatorOptions {
  /** Every region of the platform, in the order in which they are asked. */
  readonly regions: readonly RegionAddress[];
  readonly credentials: () => Promise<OperatorCredentials>;
  readonly signal: AbortSignal;
  /** Region to ask, well or not: it says itself what it refuses. @default - the first of `regions` that is well */
  readonly via?: RegionAddress;
}

/** What is to be evacuated, why, and for how long. */
export interface EvacuationRequest {
  readonly region: string;
  /** For whoever reads the audit trail. */
  readonly reason: string;
  readonly expiresInSeconds: number;
}

const LIST_PATH = '/control/evacuations';

/**
 * Takes a region out of service by asking a peer of it. Resolves with what the peer has noted.
 *
 * @throws {OperatorError} when no peer is well, when it is refused, or when it would leave no region in service
 * @throws the signal's reason
 */
export async function evacuate(
  { region, reason, expiresInSeconds }: EvacuationRequest,
  options: OperatorOptions,
): Promise<{ readonly evacuation: EvacuationView; readonly via: string }> {
  const act = `evacuate ${region}`;
  const via =
    options.via ?? (await chooseRegion(peersOf(region, options), { act, accept: 'healthy', ...options }));
  const request = { method: 'PUT', path: pathOf(region), body: { reason, expiresInSeconds } } as const;
  const evacuation = memberOf(await send(request, { act, via, ...options }), 'evacuation');
  if (!isEvacuation(evacuation)) throw invalidAnswer(via);
  if (evacuation.inForce) return { evacuation, via: via.region };
  throw new OperatorError(
    'not-in-force',
    `Cannot evacuate ${region}: ${via.region} noted it, but beside older evacuations it would leave no region in service`,
    {
      remedy:
        'Restore the other region first; until then this one waits, so restore it too if it is not wanted.',
    },
  );
}

/**
 * Puts a region back into service by asking a peer of it, one that is well if there is. Asking twice changes nothing.
 *
 * @throws {OperatorError} when no peer answers, or when it is refused
 * @throws the signal's reason
 */
export async function restore(region: string, options: OperatorOptions): Promise<{ readonly via: string }> {
  const act = `restore ${region}`;
  // A peer may itself be in trouble when a region shall return: what counts is that it can note it.
  const via =
    options.via ?? (await chooseRegion(peersOf(region, options), { act, accept: 'reachable', ...options }));
  await send({ method: 'DELETE', path: pathOf(region) }, { act, via, ...options });
  return { via: via.region };
}

/**
 * Evacuations in force or recent, and who did what, newest first, as the replica of the region that is asked knows them.
 *
 * @throws {OperatorError} when no region answers, or when it is refused
 * @throws the signal's reason
 */
export async function listEvacuations(options: OperatorOptions): Promise<EvacuationsResponse> {
  const act = 'list evacuations';
  const via = options.via ?? (await chooseRegion(options.regions, { act, accept: 'reachable', ...options }));
  const list = await send({ method: 'GET', path: LIST_PATH }, { act, via, ...options });
  if (isEvacuationList(list)) return list;
  throw invalidAnswer(via);
}

/** A region that is evacuated is asked through another: it must not have to say so of itself. */
function peersOf(region: string, { regions }: Pick<OperatorOptions, 'regions'>): readonly RegionAddress[] {
  return regions.filter((peer) => peer.region !== region);
}

function pathOf(region: string): string {
  return `${LIST_PATH}/${encodePathKey(region)}`;
}

/** The signer is fetched when it is needed: most who look at a console never evacuate a region. */
async function send(
  request: RequestToSign,
  { act, via, credentials, signal }: OperatorOptions & { act: string; via: RegionAddress },
): Promise<unknown> {
  const { sendSignedRequest } = await import('./signed-request.ts');
  const { endpoint, region } = via;
  const answer = await sendSignedRequest(request, { endpoint, region, credentials, signal });
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  throw refusal(answer, { act, via: region });
}

/** A refusal in the words of whoever refused, where it is the platform; in ours where it is API Gateway, which says little. */
function refusal({ status, body }: Answer, { act, via }: { act: string; via: string }): OperatorError {
  const detail = textIn(body, 'detail');
  const askAgain = 'Look at the region’s health, or ask again.';
  if (detail !== undefined) {
    const said = detail.startsWith('Cannot ') ? detail : `Cannot ${act}: ${detail}`;
    const remedy = textIn(body, 'remedy') ?? askAgain;
    return new OperatorError('refused', said.replace(/\.$/, ''), { remedy });
  }
  if (status === 403) {
    return new OperatorError(
      'forbidden',
      `Cannot ${act}: answered 403, ${via} does not allow these credentials`,
      {
        remedy:
          `Attach the managed policy <project>-<stage>-operator-${via} to whoever they belong to, ` +
          'and look whether they have expired: aws sts get-caller-identity',
      },
    );
  }
  const unexplained = `Cannot ${act}: ${via} answered ${status}, an answer of the platform is needed`;
  return new OperatorError('refused', unexplained, { remedy: askAgain });
}

function invalidAnswer({ region, endpoint }: RegionAddress): OperatorError {
  return new OperatorError(
    'invalid-answer',
    `Cannot read the answer of ${region}: ${endpoint} runs another version of the platform`,
    { remedy: 'Deploy this one there, or use its own commands.' },
  );
}

function isEvacuationList(value: unknown): value is EvacuationsResponse {
  const [evacuations, audit] = [memberOf(value, 'evacuations'), memberOf(value, 'audit')];
  return (
    Array.isArray(evacuations) &&
    evacuations.every(isEvacuation) &&
    Array.isArray(audit) &&
    audit.every((entry) => hasTexts(entry, ['id', 'act', 'region', 'by', 'askedIn', 'at']))
  );
}

function isEvacuation(value: unknown): value is EvacuationView {
  const texts = ['region', 'reason', 'issuedBy', 'issuedIn', 'issuedAt', 'expiresAt'];
  return hasTexts(value, texts) && typeof memberOf(value, 'inForce') === 'boolean';
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof memberOf(value, name) === 'string');
}

function textIn(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}
