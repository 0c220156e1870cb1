import type { CheckReport, Route53Report, TwinLink, TwinRegion, TwinState } from '@gsp/twin/control';

/** The global name of the fixture. */
export const GLOBAL_NAME = 'api.gsp.test';

/** A region of the twin that is well. */
export function twinRegion(region: string, changes: Partial<TwinRegion> = {}): TwinRegion {
  return {
    region,
    status: 'running',
    reason: 'answers',
    api: `http://127.0.0.1:4011/${region}`,
    address: 'http://127.0.1.10:4010',
    dynamodb: 'http://127.0.0.1:4100',
    tables: ['items'],
    pids: { region: 101, engine: 102 },
    engineRestarts: { count: 0, last: null },
    functions: [],
    eventSourceMappings: [],
    schedules: [],
    queues: [],
    requests: { total: 10, clientErrors: 1, serverErrors: 0 },
    clockOffsetMs: 0,
    slowMs: 0,
    errorShare: 0,
    throttleShare: 0,
    ...changes,
  };
}

/** A link that replicates. */
export function twinLink(from: string, to: string, changes: Partial<TwinLink> = {}): TwinLink {
  return {
    from,
    to,
    cut: false,
    delayMs: 0,
    backlog: 0,
    lagMs: { p50: 240, p99: 480 },
    lastError: null,
    stalledMs: null,
    ...changes,
  };
}

/** The three checks of a region: its own endpoint, what its peer says of evacuations, and the verdict. */
export function checksOf(
  region: string,
  { peer, healthy = true, evacuated = false }: { peer: string; healthy?: boolean; evacuated?: boolean },
): readonly CheckReport[] {
  const since = '2026-11-23T10:00:00.000Z';
  const asked = { intervalSeconds: 30, failureThreshold: 3, kind: 'endpoint', since, children: [] } as const;
  const checker = (at: string, isGood: boolean, reason: string) => ({
    region: at,
    healthy: isGood,
    reason,
    latencyMs: 12,
    checkedAt: since,
  });
  return [
    {
      ...asked,
      id: `${region}-own`,
      name: `${region}-endpoint`,
      target: `https://${region}.${GLOBAL_NAME}/health`,
      inverted: false,
      healthy,
      checkers: ['eu-west-1', 'us-east-1', 'us-west-2'].map((at) =>
        checker(at, healthy, healthy ? 'HTTP 200' : 'connection refused'),
      ),
    },
    {
      ...asked,
      id: `${region}-peer`,
      name: `${region}-evacuated-by-${peer}`,
      target: `https://${peer}.${GLOBAL_NAME}/control/evacuations/${region}`,
      inverted: true,
      healthy: !evacuated,
      // An inverted check is healthy while its endpoint is not.
      checkers: [checker('us-east-1', evacuated, evacuated ? 'HTTP 200' : 'HTTP 404')],
    },
    {
      id: `${region}-verdict`,
      name: region,
      kind: 'calculated',
      target: null,
      inverted: false,
      intervalSeconds: null,
      failureThreshold: null,
      healthy: healthy && !evacuated,
      since,
      children: [`${region}-own`, `${region}-peer`],
      checkers: [],
    },
  ];
}

/** Route 53 of two regions with failover routing, answering with the first that is healthy. */
export function route53Of(
  primary: Parameters<typeof checksOf>[1] | undefined = undefined,
  secondary: Parameters<typeof checksOf>[1] | undefined = undefined,
): Route53Report {
  const checks = [
    ...checksOf('eu-west-1', { peer: 'eu-central-1', ...primary }),
    ...checksOf('eu-central-1', { peer: 'eu-west-1', ...secondary }),
  ];
  const isHealthy = (region: string) => checks.find(({ id }) => id === `${region}-verdict`)?.healthy === true;
  const record = (region: string, role: string) => ({
    name: `failover.${GLOBAL_NAME}`,
    type: 'A',
    policy: 'failover' as const,
    role,
    setIdentifier: region,
    healthCheckId: `${region}-verdict`,
    healthy: isHealthy(region),
    region,
  });
  const isMoved = !isHealthy('eu-west-1') && isHealthy('eu-central-1');
  return {
    timeScale: 1,
    checks,
    records: [record('eu-west-1', 'PRIMARY'), record('eu-central-1', 'SECONDARY')],
    answers: [
      {
        name: GLOBAL_NAME,
        type: 'A',
        addresses: ['127.0.1.10'],
        regions: [isMoved ? 'eu-central-1' : 'eu-west-1'],
        ttlSeconds: 60,
      },
    ],
  };
}

/** A twin of two regions in which all is well, but for the changes. */
export function twinState(changes: Partial<TwinState> = {}): TwinState {
  return {
    startedAt: '2026-11-23T10:00:00.000Z',
    pid: 100,
    seed: 1,
    engine: 'dynoxide',
    dataDir: '/data',
    lagMs: { min: 100, max: 500 },
    timeScale: 1,
    credentialsFile: '/data/credentials.json',
    global: { url: 'http://127.0.0.1:4010', name: GLOBAL_NAME, address: null, region: null },
    dns: {
      host: '127.0.0.1',
      port: 4053,
      zone: 'gsp.test',
      name: GLOBAL_NAME,
      routedName: `failover.${GLOBAL_NAME}`,
    },
    edge: null,
    secretsManager: { url: 'http://127.0.0.1:4060', secrets: [] },
    route53: route53Of(),
    errors: [],
    regions: [twinRegion('eu-west-1'), twinRegion('eu-central-1')],
    links: [twinLink('eu-west-1', 'eu-central-1'), twinLink('eu-central-1', 'eu-west-1')],
    outputs: {},
    notEmulated: [],
    ...changes,
  };
}
