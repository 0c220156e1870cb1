import type { StageChanges } from '@gsp/platform/topology';

/** Every flag of a stage, switched on. The names belong to nobody. */
export const everyFlagOn: StageChanges = {
  domain: { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' },
  routing: { policy: 'latency' },
  table: { pointInTimeRecovery: true, deletionProtection: true },
  observability: {
    heartbeat: true,
    alarms: true,
    dashboard: true,
    alarmTopic: true,
    alarmEmails: ['ops@example.com'],
  },
  jwt: {
    issuers: [{ issuer: 'https://issuer.example.com', audiences: ['app'] }],
    readScopes: ['items/read'],
    writeScopes: ['items/write'],
  },
  edge: { cloudFront: true, waf: 'block' },
  budget: { monthlyUsd: 100, emails: ['ops@example.com'] },
  faultInjection: true,
};
