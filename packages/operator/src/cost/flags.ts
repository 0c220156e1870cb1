import type { StageChanges, StageSettings } from '@gsp/platform/topology';

/** Something that a stage can have or not have, and the settings that decide on it. */
export interface Flag {
  readonly name: string;
  /** What must be on for it; the price of that is not the flag's. */
  readonly needs: StageChanges;
  readonly on: StageChanges;
  readonly off: StageChanges;
}

const EMAILS = ['ops@example.com'];
const EXAMPLE_ZONE = { zoneName: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
const ISSUERS = ['https://one.example.com', 'https://two.example.com'].map((issuer) => ({
  issuer,
  audiences: ['platform'],
}));

const noEdge = { cloudFront: false, waf: 'off' } as const;
const noTopic = { alarmTopic: false, alarmEmails: [] };

/**
 * Every flag that a price can be named for, with examples where the stage says nothing itself. Each is looked at on top of the
 * stage as it is, and of what it cannot be without.
 */
export function flagsOf(settings: StageSettings, regions: readonly string[]): Flag[] {
  return [
    ...watchFlags(settings),
    ...guardFlags(settings),
    tabled('pointInTimeRecovery'),
    tabled('deletionProtection'),
    ...edgeFlags(settings, regions),
    {
      name: 'faultInjection',
      needs: { observability: { alarms: true } },
      on: { faultInjection: true },
      off: { faultInjection: false },
    },
  ];
}

function watchFlags({ observability: { alarmTopic, alarmEmails } }: StageSettings): Flag[] {
  const topic = { alarmTopic: true, alarmEmails: alarmTopic ? alarmEmails : EMAILS };
  return [
    observed('heartbeat', { heartbeat: true }, { heartbeat: false }),
    {
      ...observed('alarms', { alarms: true }, { alarms: false }),
      off: { observability: { alarms: false, ...noTopic }, faultInjection: false },
    },
    observed('dashboard', { dashboard: true }, { dashboard: false }),
    { ...observed('alarmTopic', topic, noTopic), needs: { observability: { alarms: true } } },
  ];
}

function guardFlags({ jwt, budget }: StageSettings): Flag[] {
  const tokens = (jwt?.issuers.length ?? 0) > 1 ? jwt : { issuers: ISSUERS, readScopes: [], writeScopes: [] };
  return [
    { name: 'jwt, several issuers', needs: {}, on: { jwt: tokens }, off: { jwt: null } },
    {
      name: 'budget',
      needs: {},
      on: { budget: budget ?? { monthlyUsd: 50, emails: EMAILS } },
      off: { budget: null },
    },
  ];
}

function edgeFlags({ domain, edge, routing }: StageSettings, regions: readonly string[]): Flag[] {
  const withDomain = { domain: domain ?? EXAMPLE_ZONE };
  return [
    { name: `domain, ${routing.policy}`, needs: {}, on: withDomain, off: { domain: null, edge: noEdge } },
    // Three Regions cannot fail over to each other.
    ...(regions.length === 2 ? [latency(withDomain)] : []),
    { name: 'cloudFront', needs: withDomain, on: { edge: { cloudFront: true } }, off: { edge: noEdge } },
    {
      name: 'waf',
      needs: { ...withDomain, edge: { cloudFront: true } },
      on: { edge: { waf: edge.waf === 'off' ? 'block' : edge.waf } },
      off: { edge: { waf: 'off' } },
    },
  ];
}

function latency(withDomain: StageChanges): Flag {
  return {
    name: 'latency, not failover',
    needs: { ...withDomain, routing: { weights: {} } },
    on: { routing: { policy: 'latency' } },
    off: { routing: { policy: 'failover' } },
  };
}

type Observability = NonNullable<StageChanges['observability']>;

function observed(name: string, on: Observability, off: Observability): Flag {
  return { name, needs: {}, on: { observability: on }, off: { observability: off } };
}

function tabled(name: 'pointInTimeRecovery' | 'deletionProtection'): Flag {
  return { name, needs: {}, on: { table: { [name]: true } }, off: { table: { [name]: false } } };
}

/** One set of changes on top of another: groups are joined, as a stage's are with the topology's. */
export function joinChanges(base: StageChanges, more: StageChanges): StageChanges {
  return {
    ...base,
    ...more,
    observability: { ...base.observability, ...more.observability },
    table: { ...base.table, ...more.table },
    edge: { ...base.edge, ...more.edge },
    routing: { ...base.routing, ...more.routing },
  };
}
