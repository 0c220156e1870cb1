import { flag, object, oneOf, wholeNumber } from './described-schema.ts';

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
