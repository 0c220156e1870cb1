import { CommandError } from '@gsp/cli-kit';
import { twinPlatform } from '@gsp/operator/evacuation';
import { type DnsAddress, type DnsAnswer, ownAddresses, queryDns, ResolutionError } from '@gsp/twin';
import { type CheckReport, createTwinClient, type TwinClient, type TwinState } from '@gsp/twin/control';
import { attachTwin } from '../target-twin.ts';
import { drillOperator } from './drill-operator.ts';
import type {
  CheckSighting,
  CheckTiming,
  PlatformSighting,
  RegionChecks,
  ResolvedName,
  TargetPlatform,
} from './target-platform.ts';

/** Fine enough for a checker's next request to be a good while off when it is known that it has asked. */
const LOOK_INTERVAL_MS = 80;

/** How long Route 53 waits for an answer, and how long a checker of a twin does at least, in seconds. */
const CHECKER_TIMEOUT_SECONDS = 2;
const CHECKER_TIMEOUT_SECONDS_MIN = 0.5;

/** The parts of a twin's state that a definition without a domain does not have. */
type RoutedTwin = TwinState & {
  readonly dns: NonNullable<TwinState['dns']>;
  readonly route53: NonNullable<TwinState['route53']>;
};

/**
 * The twin whose control API is at `control`, to be drilled through its DNS.
 *
 * @throws {TwinRequestError} when no twin answers there
 * @throws {CommandError} when it runs templates without a domain
 */
export async function twinTargetPlatform(control: string, signal: AbortSignal): Promise<TargetPlatform> {
  const client = createTwinClient(control);
  const state = requireRouting(await client.state(signal));
  const twin = await attachTwin(control, signal);
  const operator = drillOperator(await twinPlatform(control, signal));
  const { dns, timeScale } = state;
  const hosts = new Map(state.regions.map((place) => [new URL(place.address).hostname, place] as const));
  const own = await ownAddresses([...hosts.keys()]);
  const resolve = (during: AbortSignal) => resolveName(dns.name, { ...dns, signal: during });
  const checksOf = checksByRegion(state);
  return {
    target: `the twin at ${control}`,
    timeScale,
    checksOf,
    resolve,
    protocol: 'http',
    isTwin: true,
    globalName: dns.name,
    lookIntervalMs: LOOK_INTERVAL_MS,
    regions: twin.regions,
    primary: primaryOf(state),
    timing: slowestTiming(state.route53.checks),
    checkerTimeoutSeconds: Math.max(CHECKER_TIMEOUT_SECONDS / timeScale, CHECKER_TIMEOUT_SECONDS_MIN),
    connectTo(address) {
      const place = hosts.get(address);
      const url = new URL(
        place === undefined || own.has(address) ? (place?.address ?? `http://${address}`) : place.api,
      );
      return { host: url.hostname, port: Number(url.port) };
    },
    regionOf: (address) => hosts.get(address)?.region ?? null,
    look: (during) => look(client, { resolve, signal: during }),
    inject: twin.inject,
    progress: twin.progress,
    ...operator,
    async restoreAll() {
      await twin.restore();
      await operator.restoreEvacuated();
    },
  };
}

function requireRouting(state: TwinState): RoutedTwin {
  const { dns, route53 } = state;
  if (dns !== null && route53 !== null) return { ...state, dns, route53 };
  throw new CommandError(
    'Cannot drill traffic: the twin runs templates without a domain, names and health checks are needed. ' +
      'Start it with npm start, which gives a stage without a domain a local one.',
  );
}

function routedRecords({ dns, route53 }: RoutedTwin) {
  return route53.records.filter(({ name, type }) => name === dns.routedName && type === 'A');
}

/** With latency routing the region that is nearest to the twin; with weights there is none. */
function primaryOf(state: RoutedTwin): string | null {
  const records = routedRecords(state);
  const [first] = records;
  if (first?.policy === 'weighted') return null;
  return records.find(({ role }) => role === 'PRIMARY')?.region ?? state.regions[0]?.region ?? null;
}

function checksByRegion(state: RoutedTwin): ReadonlyMap<string, RegionChecks> {
  const { checks } = state.route53;
  const byId = new Map(checks.map((check) => [check.id, check]));
  return new Map(
    routedRecords(state).flatMap(({ region, healthCheckId }) => {
      const verdict = byId.get(healthCheckId ?? '');
      if (region === null || verdict === undefined) return [];
      const children = verdict.children.flatMap((id) => byId.get(id) ?? []);
      const endpoint = children.find(({ inverted }) => !inverted) ?? verdict;
      return [[region, { verdict: verdict.name, endpoint: endpoint.name }] as const];
    }),
  );
}

function slowestTiming(checks: readonly CheckReport[]): CheckTiming {
  const [slowest] = checks
    .flatMap(({ intervalSeconds, failureThreshold }) =>
      intervalSeconds === null || failureThreshold === null ? [] : [{ intervalSeconds, failureThreshold }],
    )
    .sort((a, b) => b.intervalSeconds * b.failureThreshold - a.intervalSeconds * a.failureThreshold);
  if (slowest !== undefined) return slowest;
  throw new CommandError(
    'Cannot drill traffic: the twin has no health check, at least one for each region is needed.',
  );
}

async function look(
  client: TwinClient,
  { resolve, signal }: { resolve: TargetPlatform['resolve']; signal: AbortSignal },
): Promise<PlatformSighting> {
  const [{ route53, links }, answer] = await Promise.all([
    client.state(signal),
    resolve(signal).catch((error: unknown) => {
      if (error instanceof CommandError) return null;
      throw error;
    }),
  ]);
  const backlogs = links.map(({ backlog }) => backlog);
  return {
    answer,
    checks: (route53?.checks ?? []).map(sightingOf),
    // A region that is down does not say what it has not sent.
    backlog: backlogs.includes(null) ? null : backlogs.reduce<number>((sum, each) => sum + (each ?? 0), 0),
  };
}

function sightingOf({ name, kind, inverted, healthy, since, checkers }: CheckReport): CheckSighting {
  const asked = checkers.flatMap(({ checkedAt }) => (checkedAt === null ? [] : [Date.parse(checkedAt)]));
  return {
    name,
    kind,
    inverted,
    isHealthy: healthy,
    hasData: asked.length === checkers.length,
    sinceMs: Date.parse(since),
    askedAtMs: asked.length === 0 ? null : Math.max(...asked),
  };
}

const TRY_TIMEOUT_MS = 700;

/**
 * Asks one name server for the IPv4 addresses of a name, as a stub resolver does.
 *
 * @throws {CommandError} when no answer comes, or one without an address
 * @throws the signal's reason
 */
export async function resolveName(
  name: string,
  { signal, ...server }: DnsAddress & { readonly signal: AbortSignal },
): Promise<ResolvedName> {
  try {
    return addressesIn(await queryDns(server, { name, timeoutMs: TRY_TIMEOUT_MS, signal }), name);
  } catch (cause) {
    throw cause instanceof ResolutionError ? new CommandError(cause.message, { cause }) : cause;
  }
}

function addressesIn({ rcode, answers = [] }: DnsAnswer, name: string): ResolvedName {
  const records = answers.flatMap((answer) => (answer.type === 'A' ? [answer] : []));
  if (rcode !== 'NOERROR' || records.length === 0) {
    throw new CommandError(
      `Cannot resolve ${name}: DNS answered ${rcode} with ${records.length} addresses, at least one is needed.`,
    );
  }
  return {
    addresses: records.map(({ data }) => data),
    // A record set has one time to live; where it has not, the shortest counts (RFC 2181, 5.2).
    ttlSeconds: Math.min(...records.map(({ ttl = 0 }) => ttl)),
  };
}
