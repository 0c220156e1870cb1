import { z } from 'zod';
import { flag, object, oneOf, region, text, wholeNumber } from './described-schema.ts';
import { failoverBudget } from './failover-budget.ts';
import { isZoneName, ZONE_NAME_LENGTH_MAX } from './names.ts';
import { allowed, issue, type TopologyIssue } from './topology-error.ts';

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

/** Route 53 knows one PRIMARY and one SECONDARY record of a name. */
const FAILOVER_REGIONS_MAX = 2;

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

type Routing = z.output<typeof routing>;

/** A stage as far as its routing goes. */
interface RoutedStage {
  readonly regions: readonly string[];
  readonly settings: { readonly routing: Routing };
}

/**
 * What is wrong with how a stage's Regions share the traffic. Whether Route 53 would take it is known to
 * nobody before a deployment: CDK does not check it, or warns.
 */
export function routingIssues({ regions, settings: { routing } }: RoutedStage): TopologyIssue[] {
  return [...policyIssues(regions, routing.policy), ...budgetIssues(routing)];
}

/**
 * What is wrong with the weights that a stage gives itself. Those it inherits may be for Regions it does not
 * have, and for a policy it replaces; then they mean nothing.
 */
export function weightIssues(
  { regions, settings: { routing } }: RoutedStage,
  weights: Readonly<Record<string, number>>,
): TopologyIssue[] {
  const names = Object.keys(weights);
  if (names.length === 0) return [];
  if (routing.policy !== 'weighted') {
    return [
      issue(
        'routing.weights',
        weights,
        `none with policy '${routing.policy}'`,
        "Remove them, or set routing.policy 'weighted'",
      ),
    ];
  }
  const unknown = names.filter((name) => !regions.includes(name));
  if (unknown.length > 0) {
    return [
      issue(
        'routing.weights',
        unknown,
        `Regions of the stage: ${regions.join(', ')}`,
        'Respell the Region, remove its weight, or add it to regions',
      ),
    ];
  }
  if (regions.some((region) => weights[region] !== 0)) return [];
  return [
    issue(
      'routing.weights',
      weights,
      'at least one weight above 0',
      'Raise one: Route 53 takes a name whose weights are all 0 for one that shares traffic evenly',
    ),
  ];
}

function policyIssues(regions: readonly string[], policy: string): TopologyIssue[] {
  if (policy !== 'failover' || regions.length <= FAILOVER_REGIONS_MAX) return [];
  return [
    issue(
      'routing.policy',
      policy,
      `'latency', 'weighted' with ${regions.length} Regions (${regions.join(', ')})`,
      "Set routing.policy 'latency', which leaves an unhealthy Region alike, or keep two Regions: Route 53 knows one primary and one secondary",
    ),
  ];
}

function budgetIssues(routing: Routing): TopologyIssue[] {
  const { intervalSeconds, failureThreshold } = routing.healthCheck;
  const { detectionSeconds, ttlSeconds, totalSeconds } = failoverBudget(routing);
  if (totalSeconds <= routing.failoverBudgetSeconds) return [];
  return [
    issue(
      'routing.failoverBudgetSeconds',
      routing.failoverBudgetSeconds,
      `${totalSeconds} and more with these checks: ${intervalSeconds} s interval x threshold ${failureThreshold} = ${detectionSeconds} s, and ${ttlSeconds} s that DNS answers are kept`,
      'Lower routing.healthCheck.intervalSeconds or failureThreshold, or allow more seconds',
    ),
  ];
}
