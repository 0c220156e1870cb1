/** What runs of a region: `impaired` has lost its database engine, `down` died, `stopped` was told to. */
export type TwinRegionStatus = 'starting' | 'running' | 'impaired' | 'down' | 'stopping' | 'stopped';

/** One region of the twin. Times in milliseconds, shares from 0 to 1. */
export interface TwinRegion {
  readonly region: string;
  readonly status: TwinRegionStatus;
  readonly reason: string;
  readonly api: string;
  readonly requests: {
    readonly total: number;
    readonly clientErrors: number;
    readonly serverErrors: number;
  } | null;
  readonly clockOffsetMs: number;
  readonly slowMs: number;
  readonly errorShare: number;
  readonly throttleShare: number;
}

/** One direction of a replication link. */
export interface TwinLink {
  readonly from: string;
  readonly to: string;
  readonly cut: boolean;
  readonly delayMs: number;
  /** Records that the peer has not acknowledged; null while `from` does not answer. */
  readonly backlog: number | null;
  /** Write to visible in the peer; null until there was one. */
  readonly lagMs: { readonly p50: number; readonly p99: number } | null;
  readonly lastError: string | null;
}

/** What one checker of Route 53 says of its endpoint, before inversion; null until it has asked. */
export interface TwinChecker {
  readonly region: string;
  readonly healthy: boolean | null;
  readonly reason: string;
  readonly latencyMs: number | null;
  readonly checkedAt: string | null;
}

/** A health check and its verdict, inversion included. Times are ISO 8601, UTC. */
export interface TwinCheck {
  readonly id: string;
  readonly name: string;
  readonly kind: 'endpoint' | 'calculated';
  readonly target: string | null;
  readonly inverted: boolean;
  readonly intervalSeconds: number | null;
  readonly failureThreshold: number | null;
  readonly healthy: boolean;
  readonly since: string;
  readonly children: readonly string[];
  readonly checkers: readonly TwinChecker[];
}

/** A record set, and the check that decides whether it may be answered. */
export interface TwinRecord {
  readonly name: string;
  readonly type: string;
  readonly policy: 'simple' | 'failover' | 'latency' | 'weighted';
  readonly role: string;
  readonly healthCheckId: string | null;
  readonly healthy: boolean;
  readonly region: string | null;
}

/** What DNS answers now for one name. */
export interface TwinAnswer {
  readonly name: string;
  readonly type: string;
  readonly regions: readonly string[];
  readonly ttlSeconds: number;
}

/** The twin's Route 53. */
export interface TwinRoute53 {
  readonly checks: readonly TwinCheck[];
  readonly records: readonly TwinRecord[];
  readonly answers: readonly TwinAnswer[];
}

/** What the console uses of `GET /_twin/state`. */
export interface TwinState {
  readonly startedAt: string;
  readonly lagMs: { readonly min: number; readonly max: number };
  /** How many times faster health checks and times to live pass than on AWS. */
  readonly timeScale: number;
  /** The endpoint that follows the global name, and the region whose address it has cached; null without a domain. */
  readonly global: { readonly url: string; readonly name: string; readonly region: string | null } | null;
  readonly route53: TwinRoute53 | null;
  readonly regions: readonly TwinRegion[];
  readonly links: readonly TwinLink[];
}

/** Something answered at the twin's address that is no twin, or one of another version. */
export class NotATwinError extends Error {
  override readonly name = 'NotATwinError';
}

/**
 * Takes an answer of `GET /_twin/state` for what it claims to be once its essentials are there.
 *
 * @throws {NotATwinError} naming the first thing that is missing
 */
export function readTwinState(value: unknown): TwinState {
  const missing = firstMissing(value);
  if (missing === null) return value as TwinState;
  throw new NotATwinError(
    `Cannot read the twin's state: ${missing}, the answer of a running twin is needed. Start it with: npm start`,
  );
}

function firstMissing(value: unknown): string | null {
  if (!isRecord(value)) return 'it is no JSON object';
  const { regions, links, route53, timeScale, lagMs } = value;
  if (!Array.isArray(regions) || !regions.every((region) => hasStrings(region, ['region', 'status', 'api'])))
    return 'it has no list of regions';
  if (!Array.isArray(links) || !links.every((link) => hasStrings(link, ['from', 'to'])))
    return 'it has no list of links';
  if (typeof timeScale !== 'number' || !isRecord(lagMs)) return 'it has no time scale or lag';
  if (route53 === null) return null;
  const lists = isRecord(route53) ? [route53.checks, route53.records, route53.answers] : [undefined];
  return lists.every(Array.isArray) ? null : 'it has no health checks, records and answers';
}

function hasStrings(value: unknown, names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => typeof value[name] === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
