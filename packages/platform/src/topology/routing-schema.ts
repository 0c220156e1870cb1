import { z } from 'zod';
import { flag, object, oneOf, region, text, wholeNumber } from './described-schema.ts';
import { isZoneName, ZONE_NAME_LENGTH_MAX } from './names.ts';
import { allowed } from './topology-error.ts';

/**
 * Regions in which Route 53 has health checkers. They ask from outside: which Regions are asked has nothing
 * to do with it, and eu-west-1 is the only one of these in Europe.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
const CHECKER_REGIONS = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
] as const;

/** Route 53 refuses fewer: checkers behind one broken route must not be a majority. */
const CHECKER_REGIONS_MIN = 3;

const checkerRegionsError = allowed(
  `at least ${CHECKER_REGIONS_MIN} of ${CHECKER_REGIONS.join(', ')}, each once`,
  'Take three near your users; each further one sends as many probes again',
);

const healthCheck = object({
  intervalSeconds: z.literal([10, 30], {
    error: allowed(
      '10, 30',
      'Take 30, or 10 to notice sooner; it costs more and sends three times the probes',
    ),
  }),
  failureThreshold: wholeNumber(
    1,
    10,
    'Name how many answers in a row have to differ before a checker changes its mind',
  ),
  checkerRegions: z
    .array(z.enum(CHECKER_REGIONS, { error: checkerRegionsError }), { error: checkerRegionsError })
    .min(CHECKER_REGIONS_MIN, { error: checkerRegionsError })
    .refine((given) => new Set(given).size === given.length, { error: checkerRegionsError }),
});

/** How the global name leads to Regions, and how Route 53 finds out which of them are well. */
export const routing = object({
  policy: oneOf(
    ['failover', 'latency', 'weighted'],
    "Take 'failover' for one Region in service at a time, 'latency' for the nearest, 'weighted' for shares",
  ),
  weights: z.record(
    region,
    wholeNumber(0, 255, "Name the Region's share; 0 is used only when every other Region is unhealthy"),
    {
      error: allowed(
        'a record of Regions and weights 0..255',
        "Write weights: { 'eu-west-1': 3, 'eu-central-1': 1 }; a Region that is not named weighs 1",
      ),
    },
  ),
  dualStack: flag('Set false only where IPv6 makes trouble; it costs nothing'),
  failoverBudgetSeconds: wholeNumber(
    70,
    3_600,
    'Name the seconds after which clients that obey DNS must have left a dead Region',
  ),
  healthCheck,
});

/** As {@link routing}, each value optional. */
export const routingChanges = object({ ...routing.shape, healthCheck: healthCheck.partial() }).partial();

/** The DNS zone under which a stage is reached, or null for none. */
export const domain = object({
  zoneName: text(
    isZoneName,
    `a domain name in lower case without a final dot, at most ${ZONE_NAME_LENGTH_MAX} characters`,
    "Write zoneName: 'example.com', of a domain that is yours",
  ),
  hostedZoneId: text(
    (value) => /^Z[A-Z0-9]{1,31}$/.test(value),
    "null, or a hosted zone's id such as 'Z0123456789ABCDEFGHIJ'",
    'Copy the id without /hostedzone/, or write null and the primary Region makes the zone',
  ).nullable(),
}).nullable();
