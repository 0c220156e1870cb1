import type { BackendStack } from '../cloud/find-backend-stack.ts';

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
