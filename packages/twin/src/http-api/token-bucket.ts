import type { ThrottleSettings } from './http-api-definition.ts';

/** Takes one token; false means that the request is throttled. */
export type TokenBucket = () => boolean;

/**
 * API Gateway's throttle: a bucket of `burstLimit` tokens that fills with `rateLimit` tokens a second.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 *
 * @param clock epoch milliseconds; one that steps back adds no tokens and takes none
 */
export function tokenBucket({ rateLimit, burstLimit }: ThrottleSettings, clock: () => number): TokenBucket {
  let tokens = burstLimit;
  let filledMs = clock();
  return () => {
    const nowMs = clock();
    tokens = Math.min(burstLimit, tokens + (Math.max(0, nowMs - filledMs) / 1000) * rateLimit);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
