import { z } from 'zod';
import { flag, object, oneOf, region, text, wholeNumber } from './described-schema.ts';
import { edge } from './edge-schema.ts';
import { budget, faultInjection, jwt, observability } from './guard-schema.ts';
import { INDEX_POOL_MAX } from './names.ts';
import { domain, routing, routingChanges } from './routing-schema.ts';
import { allowed } from './topology-error.ts';

/**
 * Retention periods that CloudWatch Logs accepts, in days.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** What functions accept at most: a body of this size still fits into an item of 400 KB once it is attributes. */
const BODY_LIMIT_BYTES_MAX = 200_000;

/** What functions accept at most: 365 days. */
const TTL_SECONDS_MAX = 31_536_000;

/**
 * An hour. A tombstone that is gone lets an older write, held back by a partition, bring the item back to
 * life: less than an hour would forget deletions during quite ordinary trouble.
 */
const TOMBSTONE_TTL_SECONDS_MIN = 3_600;

/** An hour: less, and an entry could be gone before anybody has been told of it. */
const CONFLICT_TTL_SECONDS_MIN = 3_600;

/** A minute: what a patient client and a queue in front of it may take to retry. */
const IDEMPOTENCY_TTL_SECONDS_MIN = 60;

/**
 * What Amplify Hosting takes as a branch's name.
 *
 * @see https://docs.aws.amazon.com/amplify/latest/APIReference/API_CreateBranch.html
 */
const BRANCH_LENGTH_MAX = 255;

const ORIGIN = /^(\*|https:\/\/[a-z0-9.-]+(:\d{1,5})?)$/;
const LOCAL_ORIGIN = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** A token, as RFC 9110 §5.1 has it. No `*`: browsers take it for every header only where no credentials are sent. */
const HEADER_NAME = /^(?!\*$)[!#$%&'*+.^_`|~\dA-Za-z-]{1,64}$/;

/** Plenty: API Gateway says no number, and every preflight carries the list. */
const HEADERS_MAX = 50;

const regionsError = allowed(
  'a list of Regions, each once, the primary first',
  "Write regions: ['eu-west-1', 'eu-central-1']",
);

const regions = z
  .array(region, { error: regionsError })
  .min(1, { error: regionsError })
  .refine((given) => new Set(given).size === given.length, { error: regionsError });

const throttle = object({
  rateLimit: wholeNumber(1, 100_000, 'Name the requests per second that one Region shall accept on a route'),
  burstLimit: wholeNumber(1, 100_000, 'Name how many requests may arrive at once; 0 would refuse every one'),
});

/**
 * What Route 53 sends at most to a Region's probe: eight Regions of checkers every 10 seconds come to 70 requests a minute, and
 * nothing says that they are spread evenly. A probe that is refused counts as a failed one.
 */
const PROBES_PER_SECOND_MIN = 10;

const probeThrottle = object({
  rateLimit: wholeNumber(PROBES_PER_SECOND_MIN, 100_000, 'Fewer would refuse the health checks of Route 53'),
  burstLimit: wholeNumber(PROBES_PER_SECOND_MIN, 100_000, 'Fewer would refuse the health checks of Route 53'),
});

const allowHeadersError = allowed(
  `a list of at most ${HEADERS_MAX} names of headers`,
  "Write allowHeaders: ['x-tenant'] for what your pages send beside the platform's own",
);

const cors = object({
  allowOrigins: z.array(
    text(
      (value) => ORIGIN.test(value),
      "an origin 'https://host[:port]' or '*'",
      'Use https, without a path or a trailing slash; origins of this machine belong into localOrigins',
    ),
    { error: allowed('a list of origins', "Write allowOrigins: ['https://app.example.com']") },
  ),
  localOrigins: z.array(
    text(
      (value) => LOCAL_ORIGIN.test(value),
      "an origin 'http://localhost[:port]', or of 127.0.0.1 or [::1]",
      'Name where your development server is; other origins belong into allowOrigins',
    ),
    { error: allowed('a list of origins', "Write localOrigins: ['http://localhost:5173']") },
  ),
  allowHeaders: z
    .array(
      text(
        (value) => HEADER_NAME.test(value),
        'the name of a header of at most 64 characters',
        "Write it without a colon, such as 'x-tenant'",
      ),
      { error: allowHeadersError },
    )
    .max(HEADERS_MAX, { error: allowHeadersError }),
  allowCredentials: flag('Set true only where browsers must send cookies'),
  maxAgeSeconds: wholeNumber(0, 86_400, 'Name how long a browser may keep a preflight answer'),
});

const logs = object({
  retentionDays: z.literal(LOG_RETENTION_DAYS, {
    error: allowed(
      LOG_RETENTION_DAYS.join(', '),
      'Take a period that CloudWatch Logs accepts; 3 to 7 days is cheap',
    ),
  }),
  level: oneOf(['debug', 'info', 'warn', 'error'], 'Take the lowest level that functions shall write'),
});

const http = object({
  bodyLimitBytes: wholeNumber(
    1,
    BODY_LIMIT_BYTES_MAX,
    'DynamoDB keeps items of 400 KB; store larger data elsewhere and send its address',
  ),
});

const table = object({
  consistency: oneOf(
    ['eventual', 'strong'],
    "Take 'eventual' unless reads must see other Regions' writes at once",
  ),
  witnessRegion: region.nullable(),
  timeToLive: flag('Set false only with consistency strong, which has no time to live'),
  defaultTtlSeconds: wholeNumber(
    1,
    TTL_SECONDS_MAX,
    'Name how long an item lives when its writer does not say, up to a year',
  ),
  tombstoneTtlSeconds: wholeNumber(
    TOMBSTONE_TTL_SECONDS_MIN,
    TTL_SECONDS_MAX,
    'Name how long a deletion is remembered, more than the longest partition to survive, up to a year',
  ),
  conflictTtlSeconds: wholeNumber(
    CONFLICT_TTL_SECONDS_MIN,
    TTL_SECONDS_MAX,
    'Name how long somebody has to find a lost write in the conflict log, up to a year',
  ),
  idempotencyTtlSeconds: wholeNumber(
    IDEMPOTENCY_TTL_SECONDS_MIN,
    TTL_SECONDS_MAX,
    'Name how long an idempotency key is good for, more than clients go on retrying, up to a year',
  ),
  maxReadRequestUnits: wholeNumber(
    1,
    40_000,
    'Name the read units per second at which on-demand capacity shall stop',
  ),
  maxWriteRequestUnits: wholeNumber(
    1,
    40_000,
    'Name the write units per second at which on-demand capacity shall stop, all Regions together',
  ),
  indexPool: wholeNumber(
    0,
    INDEX_POOL_MAX,
    'Name how many indexes all entities may share; a deployed table gains or loses one per deployment',
  ),
  pointInTimeRecovery: flag('Set true to be able to restore any second of the last 35 days; it costs per GB'),
  deletionProtection: flag('Set true where the table must survive its stack'),
});

const settings = {
  domain,
  routing,
  cors,
  throttle: object({ probe: probeThrottle, health: throttle, control: throttle, traffic: throttle }),
  logs,
  http,
  table,
  observability,
  jwt,
  budget,
  edge,
  faultInjection,
};

const changes = {
  domain: domain.optional(),
  routing: routingChanges.optional(),
  cors: cors.partial().optional(),
  throttle: object({
    probe: probeThrottle.partial(),
    health: throttle.partial(),
    control: throttle.partial(),
    traffic: throttle.partial(),
  })
    .partial()
    .optional(),
  logs: logs.partial().optional(),
  http: http.partial().optional(),
  table: table.partial().optional(),
  observability: observability.partial().optional(),
  jwt: jwt.optional(),
  budget: budget.optional(),
  edge: edge.partial().optional(),
  faultInjection: faultInjection.optional(),
};

const branch = text(
  (value) => value.length <= BRANCH_LENGTH_MAX && /^\S+$/.test(value) && !value.includes('*'),
  `the name of one Git branch, 1..${BRANCH_LENGTH_MAX} characters`,
  "Write branch: 'main'; two branches cannot share a stage, for they would share its table",
);

/** Changes that any stage may be given, without what only a listed one has. */
export const stageChangesSchema = object(changes);

const stage = object({ ...changes, regions: regions.optional(), branch: branch.optional() });

/** The shape that a user writes. What one value must fulfil is here; what several must, in stage-issues.ts. */
export const topologySchema = object({
  project: text(
    (value) => value.length <= 24 && /^[a-z](-?[a-z0-9])+$/.test(value),
    '2..24 lower case letters, digits and single dashes, beginning with a letter',
    'Shorten or respell it: it is the first part of every name on AWS',
  ),
  regions,
  ...changes,
  stages: z
    .record(z.string(), stage, {
      error: allowed('a record of stage names', "Write stages: { main: {}, 'feature/x': {} }"),
    })
    .optional(),
});

/** What a user writes: project, Regions, changes to the default settings, and changes per stage. */
export type TopologyInput = z.input<typeof topologySchema>;

/** Changes to settings, as written at the top of a topology or in one of its stages. */
export type StageInput = z.output<typeof stage>;

const settingsSchema = object(settings);

/** Everything that can differ between stages and is the same in all Regions of one. */
export type StageSettings = z.output<typeof settingsSchema>;

/** What one stage comes to: its Regions in order and its settings. */
export interface Stage {
  readonly regions: readonly string[];
  readonly settings: StageSettings;
}
