import { defineTopology } from '@gsp/platform/topology';

/**
 * WHERE the platform runs. This is the one file to edit; everything else follows from it.
 *
 * A mistake here fails at synthesis with the value, the allowed values and what to do.
 */
export const topology = defineTopology({
  /** First part of every name on AWS. */
  project: 'gsp',

  /** The first Region is the primary: it owns the global table. Every Region serves the same routes. */
  regions: ['eu-west-1', 'eu-central-1'],

  /**
   * The DNS zone under which clients reach the platform: api.<zone> leads to a Region that is well,
   * <region>.api.<zone> to that one. null: each Region has only the address that AWS gives it. It belongs to
   * one stage, so set it there. First deploy with hostedZoneId null: the primary makes the zone and tells its id
   * and name servers in its outputs. Delegate the domain to them, put the id here, and deploy each Region again:
   *
   *     stages: { main: { domain: { zoneName: 'example.com', hostedZoneId: null } } }
   *
   * With a zone that you have, write its id at once.
   */
  domain: null,

  /** How the Regions share api.<zone>, and how soon one that is down is left. Nothing of it exists without a domain. */
  routing: {
    /** 'failover': the primary alone while it is well, two Regions. 'latency': the nearest. 'weighted': by shares. */
    policy: 'failover',
    /** IPv6 as well as IPv4. */
    dualStack: true,
    /** interval x threshold, and the 60 s for which DNS answers are kept, must not exceed this: 30 x 3 + 60. */
    failoverBudgetSeconds: 150,
    healthCheck: {
      /** 30, or 10: three times the probes, and $1 more a month for each check. A deployed check is replaced by another. */
      intervalSeconds: 30,
      failureThreshold: 3,
      /** Where Route 53 asks from: three or more of the eight Regions in which it has checkers. */
      checkerRegions: ['eu-west-1', 'us-east-1', 'us-west-2'],
    },
  },

  cors: {
    /** The https origin of your front end. Without one no page may call the API. */
    allowOrigins: [],
    /** Pages of your own machine, for the local twin and sandboxes only: the twin's console and Vite's server. */
    localOrigins: ['http://localhost:4000', 'http://127.0.0.1:4000', 'http://localhost:5173'],
    /** Headers that your pages send beside the platform's own. These are of a page that is traced. */
    allowHeaders: ['traceparent', 'tracestate', 'baggage', 'sentry-trace'],
    allowCredentials: false,
    maxAgeSeconds: 600,
  },

  throttle: {
    /** What Route 53 asks: a route that no stranger knows, so that nobody can use it up and trip failover. */
    probe: { rateLimit: 50, burstLimit: 50 },
    /** For each of the routes by which anybody sees how a region is. */
    health: { rateLimit: 20, burstLimit: 20 },
    /** The operator's routes: so that nothing else can keep a Region from being evacuated. */
    control: { rateLimit: 20, burstLimit: 20 },
    /**
     * For each other route, in each region: what strangers can make you pay for. `npm run cost` sums their worst day; raise it
     * to what your callers need from one region, which carries all of them after a failover.
     */
    traffic: { rateLimit: 50, burstLimit: 100 },
  },

  logs: { retentionDays: 7, level: 'info' },

  http: { bodyLimitBytes: 4_096 },

  table: {
    /** 'strong' takes three Regions, or two and a witness, and gives up time to live and transactions. */
    consistency: 'eventual',
    defaultTtlSeconds: 3_600,
    /**
     * How long a deletion is remembered: 7 days. It must exceed the longest time that a Region may be cut
     * off. After it, a write from before the deletion that arrives late brings the item back.
     */
    tombstoneTtlSeconds: 604_800,
    /** How long a write that another Region's overwrote is kept in the conflict log: 30 days. */
    conflictTtlSeconds: 2_592_000,
    /**
     * How long an Idempotency-Key is good for: an hour. Retries take seconds; items are stored at least as long as they
     * have to know keys.
     */
    idempotencyTtlSeconds: 3_600,
    /** Cost guard: what a new on-demand table serves at once, so it never scales up without a decision. */
    maxReadRequestUnits: 12_000,
    maxWriteRequestUnits: 4_000,
    /** Indexes that entities share, 0 to 20. Empty ones cost nothing. Once deployed, change it by one per deployment. */
    indexPool: 5,
  },

  /**
   * What differs in a stage. It is deployed from the branch of its name, unless it names another:
   *
   *     stages: { prod: { branch: 'main' }, staging: { branch: 'develop' } }
   *
   * Any branch that is no stage's is a preview in one Region; so is a sandbox, in the shell's Region. `preview`
   * and `sandbox` may stand here too, for all of them. A stage's name is part of its table's: never rename one
   * that is deployed.
   */
  stages: {
    main: { table: { deletionProtection: true } },
    dev: { logs: { retentionDays: 3, level: 'debug' } },
  },
});
