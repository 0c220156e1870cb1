import { readFile } from 'node:fs/promises';
import { CommandError } from '@gsp/cli-kit';
import type { OperatorCredentials } from '@gsp/client/operator';
import { type CheckReport, createTwinClient, TwinRequestError, type TwinState } from '@gsp/twin/control';
import { z } from 'zod';
import type { FailoverTiming, Platform, Routing, TrafficSighting } from './platform.ts';
import { resolveAddresses } from './resolve-addresses.ts';

const credentialsSchema = z.object({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) });

const POLL_MS = 250;

/**
 * The twin whose control API is at `control`, to be operated as a deployed platform is: by signed requests to its
 * regions. The control API is only looked at.
 *
 * @throws {CommandError} when no twin answers there
 */
export async function twinPlatform(control: string, signal: AbortSignal): Promise<Platform> {
  const observe = (during: AbortSignal) => createTwinClient(control).state(during).catch(failEvacuation);
  const state = await observe(signal);
  return {
    kind: 'twin',
    regions: state.regions.map(({ region, api }) => ({ region, endpoint: api })),
    routing: routingOf(state),
    timeScale: state.timeScale,
    pollMs: POLL_MS,
    credentials: () => readCredentials(state.credentialsFile),
    sight: async (region, during) => sight(await observe(during), { region, signal: during }),
    explain: async (region, during) => explain(await observe(during), region),
  };
}

function failEvacuation(cause: unknown): never {
  if (!(cause instanceof TwinRequestError)) throw cause;
  const remedy = cause.code === 'Refused' ? '' : ', or name a deployed platform with --target';
  throw new CommandError(`${cause.message}${remedy}.`, { cause });
}

function routingOf({ dns, route53, timeScale }: TwinState): Routing | null {
  if (dns === null || route53 === null) return null;
  const records = route53.records.filter(({ name }) => name === dns.routedName);
  const [record] = records;
  if (record === undefined || record.policy === 'simple') return null;
  const primary = records.find(({ role }) => role === 'PRIMARY') ?? record;
  const ttlSeconds = route53.answers.find(({ name }) => name === dns.name)?.ttlSeconds;
  return {
    policy: record.policy,
    primary: primary.region ?? '',
    globalName: dns.name,
    timing: { ...checkTiming(route53.checks, timeScale), ttlSeconds: ttlSeconds ?? 0 },
  };
}

/** The slowest of the checks that ask whether a region is evacuated, at the pace of the twin. */
function checkTiming(
  checks: readonly CheckReport[],
  timeScale: number,
): Pick<FailoverTiming, 'intervalSeconds' | 'failureThreshold'> {
  const timings = checks
    .filter(({ target, inverted }) => inverted && target !== null)
    .map(({ intervalSeconds, failureThreshold }) => ({
      intervalSeconds: (intervalSeconds ?? 0) / timeScale,
      failureThreshold: failureThreshold ?? 0,
    }))
    .sort((a, b) => b.intervalSeconds * b.failureThreshold - a.intervalSeconds * a.failureThreshold);
  return timings[0] ?? { intervalSeconds: 0, failureThreshold: 0 };
}

async function sight(
  { dns, route53, regions }: TwinState,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<TrafficSighting> {
  if (dns === null || route53 === null) return { isInService: null, answer: null };
  const records = route53.records.filter(
    (record) => record.name === dns.routedName && record.region === region,
  );
  const servers = [`${dns.host}:${dns.port}`];
  const addresses = await resolveAddresses(dns.name, { servers, signal });
  const owner = (address: string) =>
    regions.find((candidate) => new URL(candidate.address).hostname === address)?.region ?? null;
  return {
    isInService: records.every(({ healthy }) => healthy),
    answer: addresses?.map(owner) ?? null,
  };
}

/** The checks behind the records of every region: what they say, and of the unhappy ones what they saw. */
function explain({ dns, route53 }: TwinState, region: string): string[] {
  if (dns === null || route53 === null) return ['The templates have no domain: Route 53 is not there.'];
  const { checks } = route53;
  const records = route53.records.filter(({ name }) => name === dns.routedName);
  const own = records.find((record) => record.region === region);
  const isAllDown = records.every(({ healthy }) => !healthy);
  const root = checks.find(({ id }) => id === own?.healthCheckId);
  const children = checks.filter(({ id }) => root?.children.includes(id));
  return [
    ...(isAllDown ? ['No region is healthy: Route 53 answers as if all were.'] : []),
    ...[...(root === undefined ? [] : [root]), ...children].map(describeCheck),
  ];
}

function describeCheck({ name, healthy, inverted, checkers }: CheckReport): string {
  const said = [...new Set(checkers.map(({ reason }) => reason))].filter((reason) => reason !== '');
  const seen = said.length === 0 ? '' : `, checkers saw: ${said.join(', ')}`;
  return `Check ${name} is ${healthy ? 'healthy' : 'unhealthy'}${inverted ? ' (inverted)' : ''}${seen}`;
}

async function readCredentials(file: string): Promise<OperatorCredentials> {
  try {
    return credentialsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new CommandError(
      `Cannot read the twin's operator credentials: ${file} holds none, the twin writes them when it starts. Start it anew, as the user that you are now.`,
      { cause },
    );
  }
}
