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

/** Counts a refusal. Gives how many there were since the last count it gave, or undefined where it is too early for one. */
export type RefusalTally = (atMs: number) => number | undefined;

/**
 * Makes a tally of requests that are refused at the door. Whoever floods a region directly is to cost neither a line of the
 * log for each request nor the sight of other lines: the first is reported at once, then one in `everyMs` with the number.
 */
export function createRefusalTally({ everyMs = 10_000 }: { readonly everyMs?: number } = {}): RefusalTally {
  let unreported = 0;
  let reportedAtMs: number | undefined;
  return (atMs) => {
    unreported += 1;
    // A clock that stepped back makes an age negative: it is reported then, as nobody knows how long ago the last was.
    const ageMs = reportedAtMs === undefined ? -1 : atMs - reportedAtMs;
    if (ageMs >= 0 && ageMs < everyMs) return undefined;
    const count = unreported;
    unreported = 0;
    reportedAtMs = atMs;
    return count;
  };
}
