import type { StageChanges } from '@gsp/platform/topology';

/**
 * What a twin is started with that is drilled, measured or fuzzed: more requests than a stage lets through unless it says
 * otherwise. What is looked at lies behind API Gateway's buckets.
 */
export const LOAD_CHANGES = {
  throttle: {
    health: { rateLimit: 5_000, burstLimit: 5_000 },
    traffic: { rateLimit: 5_000, burstLimit: 5_000 },
  },
} as const satisfies StageChanges;
