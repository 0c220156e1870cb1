import type { StageInput, StageSettings } from './topology-schema.ts';

/**
 * What holds where a topology says nothing. While it is idle, of this only alarms, dashboards beyond the third of an account
 * and the heartbeat's metrics cost anything: `npm run cost` says how much.
 */
export const DEFAULT_SETTINGS: StageSettings = {
  domain: null,
  routing: {
    policy: 'failover',
    weights: {},
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
    // What a page that is traced adds to its requests (W3C Trace Context, W3C Baggage, Sentry).
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
    witnessRegion: null,
    timeToLive: true,
    defaultTtlSeconds: 3_600,
    tombstoneTtlSeconds: 7 * 86_400,
    conflictTtlSeconds: 30 * 86_400,
    idempotencyTtlSeconds: 3_600,
    maxReadRequestUnits: 12_000,
    maxWriteRequestUnits: 4_000,
    indexPool: 5,
    pointInTimeRecovery: false,
    deletionProtection: false,
  },
  observability: {
    heartbeat: true,
    alarms: true,
    dashboard: true,
    alarmTopic: false,
    alarmEmails: [],
    latencyP99Ms: 2_000,
    errorRatePercent: 5,
    errorRateRequestsMin: 50,
    replicationLagMs: 10_000,
  },
  jwt: null,
  budget: null,
  edge: {
    cloudFront: false,
    waf: 'off',
    rateLimitPerFiveMinutes: 30_000,
    enforced: true,
    originSecret: 'a',
  },
  faultInjection: false,
};

/** `base` with the values that `changes` gives. Lists, weights, the domain, the tokens and the budget are replaced, not joined. */
export function changeSettings(base: StageSettings, changes: Partial<StageInput>): StageSettings {
  const { healthCheck, ...routing } = changes.routing ?? {};
  return {
    domain: changes.domain === undefined ? base.domain : changes.domain,
    routing: {
      ...replace(base.routing, routing),
      healthCheck: replace(base.routing.healthCheck, healthCheck),
    },
    cors: replace(base.cors, changes.cors),
    throttle: {
      probe: replace(base.throttle.probe, changes.throttle?.probe),
      health: replace(base.throttle.health, changes.throttle?.health),
      control: replace(base.throttle.control, changes.throttle?.control),
      traffic: replace(base.throttle.traffic, changes.throttle?.traffic),
    },
    logs: replace(base.logs, changes.logs),
    http: replace(base.http, changes.http),
    table: replace(base.table, changes.table),
    observability: replace(base.observability, changes.observability),
    jwt: changes.jwt === undefined ? base.jwt : changes.jwt,
    budget: changes.budget === undefined ? base.budget : changes.budget,
    edge: replace(base.edge, changes.edge),
    faultInjection: changes.faultInjection ?? base.faultInjection,
  };
}

function replace<T extends object>(base: T, changes: { [K in keyof T]?: T[K] | undefined } | undefined): T {
  const given = Object.entries(changes ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(given) };
}
