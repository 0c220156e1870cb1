import { defineTopology } from '@gsp/platform/topology';

/**
 * The topology of tests: what they say of names, regions and limits is said of this one, so that a team may change
 * `amplify/topology.ts` as it likes. A copy of the one that this repository came with.
 */
export const topology = defineTopology({
  project: 'gsp',
  regions: ['eu-west-1', 'eu-central-1'],
  domain: null,
  routing: {
    policy: 'failover',
    dualStack: true,
    failoverBudgetSeconds: 150,
    healthCheck: {
      intervalSeconds: 30,
      failureThreshold: 3,
      checkerRegions: ['eu-west-1', 'us-east-1', 'us-west-2'],
    },
  },
  cors: {
    allowOrigins: [],
    localOrigins: ['http://localhost:4000', 'http://127.0.0.1:4000', 'http://localhost:5173'],
    allowHeaders: ['traceparent', 'tracestate', 'baggage', 'sentry-trace'],
    allowCredentials: false,
    maxAgeSeconds: 600,
  },
  throttle: {
    probe: { rateLimit: 50, burstLimit: 50 },
    health: { rateLimit: 20, burstLimit: 20 },
    control: { rateLimit: 20, burstLimit: 20 },
    traffic: { rateLimit: 50, burstLimit: 100 },
  },
  logs: { retentionDays: 7, level: 'info' },
  http: { bodyLimitBytes: 4_096 },
  table: {
    consistency: 'eventual',
    defaultTtlSeconds: 3_600,
    tombstoneTtlSeconds: 604_800,
    conflictTtlSeconds: 2_592_000,
    idempotencyTtlSeconds: 3_600,
    maxReadRequestUnits: 12_000,
    maxWriteRequestUnits: 4_000,
    indexPool: 5,
  },
  stages: {
    main: { table: { deletionProtection: true } },
    dev: { logs: { retentionDays: 3, level: 'debug' } },
  },
});
