import type { StageChanges, TopologyInput } from '@gsp/platform/topology';

/** One way in which somebody may set the platform up. */
export interface Combination {
  readonly name: string;
  readonly regions: readonly string[];
  /** What differs from the topology of tests. */
  readonly changes?: StageChanges;
  /** The topology, where another set of Regions needs another one. */
  readonly topology?: TopologyInput;
}

const TWO = ['eu-west-1', 'eu-central-1'];
const THREE = [...TWO, 'eu-west-3'];

const domain = { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };

const jwt = {
  issuers: [{ issuer: 'https://issuer.example.com/tenant', audiences: ['platform'] }],
  readScopes: ['items/read'],
  writeScopes: ['items/write'],
};

const budget = { monthlyUsd: 100, emails: ['ops@example.com'] };

/** Settings that are on or off, each with what turns it on. */
export const switches = {
  heartbeat: { observability: { heartbeat: true } },
  alarms: { observability: { alarms: true } },
  dashboard: { observability: { dashboard: true } },
  // A topic that no alarm tells would be of no use; the schema may well refuse it.
  alarmTopic: { observability: { alarms: true, alarmTopic: true, alarmEmails: ['ops@example.com'] } },
  jwt: { jwt },
  budget: { budget },
  pointInTimeRecovery: { table: { pointInTimeRecovery: true } },
  deletionProtection: { table: { deletionProtection: true } },
  failover: { domain, routing: { policy: 'failover' } },
  latency: { domain, routing: { policy: 'latency' } },
  cloudFront: { domain, edge: { cloudFront: true } },
  // As on the way to an edge: rules count, and Regions answer directly as well.
  wafCount: { domain, edge: { cloudFront: true, waf: 'count', enforced: false } },
  wafBlock: { domain, edge: { cloudFront: true, waf: 'block' } },
  // What goes wrong is ended by alarms.
  faultInjection: { faultInjection: true, observability: { alarms: true } },
} as const satisfies Record<string, StageChanges>;

/** Every switch off, whatever the topology says. */
const off = {
  domain: null,
  jwt: null,
  budget: null,
  observability: { heartbeat: false, alarms: false, dashboard: false, alarmTopic: false, alarmEmails: [] },
  table: { pointInTimeRecovery: false, deletionProtection: false },
  edge: { cloudFront: false, waf: 'off' },
  faultInjection: false,
} satisfies StageChanges;

/** Every switch on, as far as they go together. */
const on = {
  domain,
  jwt,
  budget,
  observability: {
    heartbeat: true,
    alarms: true,
    dashboard: true,
    alarmTopic: true,
    alarmEmails: ['ops@example.com'],
  },
  table: { pointInTimeRecovery: true, deletionProtection: true },
  edge: { cloudFront: true, waf: 'block' },
  faultInjection: true,
} satisfies StageChanges;

/** `off` with what a switch turns on. Settings in groups are joined, as a stage's are with the topology's. */
function offBut(changes: StageChanges): StageChanges {
  return {
    ...off,
    ...changes,
    observability: { ...off.observability, ...changes.observability },
    table: { ...off.table, ...changes.table },
    edge: { ...off.edge, ...changes.edge },
  };
}

/** The stages of a topology of which `main` is the only one. */
const stages = { main: {} };

/** Every combination that is examined: each switch alone, none, all, and the sets of Regions that change the table. */
export const flagMatrix: readonly Combination[] = [
  { name: 'none', regions: TWO, changes: off },
  ...Object.entries(switches).map(([name, changes]) => ({ name, regions: TWO, changes: offBut(changes) })),
  { name: 'all', regions: TWO, changes: on },
  {
    name: 'three',
    regions: THREE,
    topology: { project: 'gsp', regions: THREE, ...on, routing: { policy: 'latency' }, stages },
  },
  {
    name: 'strong',
    regions: THREE,
    topology: {
      project: 'gsp',
      regions: THREE,
      stages,
      routing: { policy: 'latency' },
      table: { consistency: 'strong', timeToLive: false },
      faultInjection: true,
    },
  },
];
