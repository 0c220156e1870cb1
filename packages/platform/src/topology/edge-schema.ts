import type { z } from 'zod';
import { flag, object, oneOf, wholeNumber } from './described-schema.ts';
import { issue, type TopologyIssue } from './topology-error.ts';

/**
 * Requests of one address in five minutes: what AWS WAF accepts as a rate rule's limit.
 *
 * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
 */
const RATE_LIMIT_MIN = 10;
const RATE_LIMIT_MAX = 2_000_000_000;

/** What stands between clients and the Regions' APIs. */
export const edge = object({
  cloudFront: flag('Set true for a CloudFront distribution in front of the global name'),
  waf: oneOf(
    ['off', 'count', 'block'],
    "Take 'count' first: it shows in metrics what 'block' would have refused",
  ),
  rateLimitPerFiveMinutes: wholeNumber(
    RATE_LIMIT_MIN,
    RATE_LIMIT_MAX,
    'Name how many requests one address may make in any five minutes',
  ),
  enforced: flag(
    'Set false until clients use the name of the edge: the Regions then answer directly as well',
  ),
  originSecret: oneOf(
    ['a', 'b'],
    'Take the other one to rotate: CloudFront sends it from then on, and functions accept both',
  ),
});

/** A stage's settings that an edge depends on. */
interface EdgeSettings {
  readonly edge: z.output<typeof edge>;
  readonly domain: object | null;
}

/** What is wrong with a stage's edge as a whole. */
export function edgeIssues({ edge, domain }: EdgeSettings): TopologyIssue[] {
  const issues: TopologyIssue[] = [];
  if (edge.cloudFront && domain === null) {
    issues.push(
      issue(
        'edge.cloudFront',
        true,
        'false while the stage has no domain',
        'Set domain: CloudFront has one origin, and that is the name which fails over',
      ),
    );
  }
  if (edge.waf !== 'off' && !edge.cloudFront) {
    issues.push(
      issue(
        'edge.waf',
        edge.waf,
        "'off' while edge.cloudFront is false",
        'Set cloudFront true: AWS WAF cannot stand in front of an HTTP API itself',
      ),
    );
  }
  return issues;
}
