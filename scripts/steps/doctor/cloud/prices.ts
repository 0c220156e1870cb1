/**
 * What the estimate reckons with, in US dollars without tax and free tiers. AWS changes prices without telling this
 * file: look at the pages before money is decided on.
 *
 * @see https://aws.amazon.com/route53/pricing/
 * @see https://aws.amazon.com/api-gateway/pricing/
 * @see https://aws.amazon.com/lambda/pricing/
 */
export const PRICES = {
  /** When they were gathered. */
  asOf: 'November 2026',
  hostedZonePerMonth: 0.5,
  /** An endpoint in AWS, or a calculated one. The first 50 endpoint checks of an account are free; not reckoned with. */
  healthCheckPerMonth: 0.5,
  /** HTTPS, and the interval of 10 seconds: each. */
  healthCheckOptionPerMonth: 1,
  /** HTTP API in eu-west-1; in other regions it differs by some cents. */
  httpApiPerMillion: 1.11,
  /** arm64, eu-west-1 and eu-central-1. */
  lambdaRequestsPerMillion: 0.2,
  lambdaPerGbSecond: 0.0000133334,
} as const;

/**
 * Requests that one check sends in an hour from all eight regions of checkers: about one in 2 seconds, or 65 in a
 * minute with the short interval. Fewer regions send as many fewer.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 * @see https://aws.amazon.com/blogs/aws/route-53-health-check-improvements-faster-interval-and-configurable-failover/
 */
export const PROBES_PER_HOUR = { 30: 1_800, 10: 3_900 } as const;
