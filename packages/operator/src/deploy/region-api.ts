import type { BackendStack } from '../cloud/backend-stack.ts';
import { type ApiAnswer, askApi } from './ask-api.ts';

/** A region with the address of its API. */
export interface RegionApi {
  readonly region: string;
  /** Without a trailing slash. What is of probes and of operators, every region answers here. */
  readonly endpoint: string;
  /**
   * Where traffic goes, without a trailing slash, when the region lets none in but through the edge. Which region answers
   * there, routing decides. @default - the region's own endpoint
   */
  readonly edge?: string;
}

/** The API that a stack puts out; null where it puts out none. */
export function regionApiOf(
  stack: Pick<BackendStack, 'region' | 'apiEndpoint' | 'edgeEndpoint'>,
): RegionApi | null {
  const { region, apiEndpoint, edgeEndpoint } = stack;
  if (apiEndpoint === null) return null;
  return { region, endpoint: apiEndpoint, ...(edgeEndpoint !== undefined && { edge: edgeEndpoint }) };
}

/** The one reason of an unhealthy region that is an operator's will and no fault. */
const EVACUATED = 'evacuated';

/**
 * What a region says is wrong with it; null where it is well. One that an operator has evacuated is, if that is all:
 * taking a region out of service, deploying to it and taking it back is a careful way to deploy.
 *
 * @throws whatever `fetch` throws, where there is no answer in time
 */
export async function unhealthyReason({ endpoint }: RegionApi, signal: AbortSignal): Promise<string | null> {
  return unhealthyReasonIn(await askApi({ method: 'GET', endpoint, path: '/health', signal }));
}

/** What an answer to `GET /health` says is wrong; null where nothing is. */
export function unhealthyReasonIn({
  status,
  text,
  json,
}: Pick<ApiAnswer, 'status' | 'text' | 'json'>): string | null {
  if (status === 200) return null;
  const reasons: unknown =
    typeof json === 'object' && json !== null ? Reflect.get(json, 'reasons') : undefined;
  if (status === 503 && Array.isArray(reasons) && reasons.length === 1 && reasons[0] === EVACUATED)
    return null;
  return text === '' ? String(status) : `${status} ${text.slice(0, 200)}`;
}
