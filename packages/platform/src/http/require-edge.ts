import { originVerifyHeader } from '../contract/headers.ts';
import type { OriginVerifier } from '../domain/origin-verifier.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HttpRequest } from './http-message.ts';

/**
 * Lets requests through that came by the edge.
 *
 * @throws PlatformError `edge-required` for every other; `edge-unverifiable` where it cannot be told
 */
export type EdgeCheck = (request: Pick<HttpRequest, 'headers' | 'signal'>) => Promise<void>;

/** Makes the check of what the edge adds to each request. Nothing of the value is in what it throws. */
export function createEdgeCheck(verify: OriginVerifier): EdgeCheck {
  return async ({ headers, signal }) => {
    const verdict = await verify(headers[originVerifyHeader], { signal });
    switch (verdict.kind) {
      case 'edge':
        return;
      case 'elsewhere':
        throw new PlatformError(
          'edge-required',
          'Cannot answer here: the request did not come through the edge, which is the only way into this stage',
        );
      case 'unknown':
        throw new PlatformError(
          'edge-unverifiable',
          'Cannot tell whether the request came through the edge: its secrets are not known here yet',
          { cause: verdict.cause },
        );
    }
  };
}
