import { defineTopology } from './define-topology.ts';

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

  cors: {
    /** Add the https origin of your front end. The others are the local twin's console and Vite's server. */
    allowOrigins: ['http://localhost:4000', 'http://127.0.0.1:4000', 'http://localhost:5173'],
    allowCredentials: false,
    maxAgeSeconds: 600,
  },

  throttle: {
    /**
     * Health probes have buckets of their own, so that no other traffic can use them up and trip
     * failover. They are wide, because a probe is cheap and a probe refused counts as a failed one.
     */
    probe: { rateLimit: 2_000, burstLimit: 2_000 },
    /** For each other route. After a failover one Region carries all of it: half of what AWS lets an account do. */
    traffic: { rateLimit: 5_000, burstLimit: 5_000 },
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
    /** For how long an increment with the same Idempotency-Key counts once: a day. Items know theirs all their life. */
    idempotencyTtlSeconds: 86_400,
    /** Cost guard: what a new on-demand table serves at once, so it never scales up without a decision. */
    maxReadRequestUnits: 12_000,
    maxWriteRequestUnits: 4_000,
  },

  /**
   * What differs in a stage, by branch. Any other branch is a preview in one Region; so is a sandbox, in
   * the shell's Region. `preview` and `sandbox` may stand here too, for all of them.
   */
  stages: {
    main: { table: { deletionProtection: true } },
    dev: { logs: { retentionDays: 3, level: 'debug' } },
  },
});
