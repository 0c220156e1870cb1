/**
 * How long resolvers keep what an alias to an API's domain name answers. It cannot be set. AWS documents
 * 60 s for load balancers, and says of other targets that theirs holds; for API Gateway it is taken to be the
 * same.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
const ALIAS_TTL_SECONDS = 60;

/** How long a dead Region goes on being answered with, in seconds. */
export interface FailoverBudget {
  /** Until the checkers agree that the Region is unhealthy: interval times threshold. */
  readonly detectionSeconds: number;
  /** Until the last resolver that had just asked forgets the old answer. */
  readonly ttlSeconds: number;
  /** Both. */
  readonly totalSeconds: number;
}

/**
 * The time after which every client that obeys DNS has left a Region that died, at the latest. This is
 * arithmetic and not a promise of AWS's: gathering the checkers' opinions takes a few seconds more, which
 * nobody documents, and a client that keeps a connection open does not ask DNS at all.
 */
export function failoverBudget({
  healthCheck,
}: {
  readonly healthCheck: { readonly intervalSeconds: number; readonly failureThreshold: number };
}): FailoverBudget {
  const detectionSeconds = healthCheck.intervalSeconds * healthCheck.failureThreshold;
  return {
    detectionSeconds,
    ttlSeconds: ALIAS_TTL_SECONDS,
    totalSeconds: detectionSeconds + ALIAS_TTL_SECONDS,
  };
}
