import { type DnsAddress, type DnsAnswer, queryDns, ResolutionError } from './query-dns.ts';

/** How a name is resolved and kept. */
export interface CachingResolverOptions {
  readonly dns: DnsAddress;
  /** Milliseconds that never step back; answers are kept by it. @default - the monotonic clock, from the epoch on */
  readonly clock?: () => number;
  /** Milliseconds for one try; there are at most three. @default 1000 */
  readonly timeoutMs?: number;
}

/** An address and until when it may be used. */
export interface CachedAnswer {
  readonly address: string;
  /** Milliseconds of the clock; from then on the answer is not used. */
  readonly expiresAtMs: number;
}

/** Resolves names to IPv4 addresses as the stub resolver of a browser's machine does. */
export interface CachingResolver {
  /**
   * The address of a name: cached until its time to live has passed, to the millisecond, then asked for anew. Nothing
   * stale is served.
   *
   * @throws {ResolutionError} when the name cannot be resolved now; that is not remembered
   */
  resolve(name: string): Promise<CachedAnswer>;
  /** What is cached for a name and still good, without asking. */
  cached(name: string): CachedAnswer | undefined;
  /** Questions asked of the DNS server since the start, repetitions of one not counted. */
  readonly lookups: number;
  /** Gives up what is being asked; every later question fails. */
  close(): void;
}

const TIMEOUT_MS = 1_000;
/** Longer ones are to be taken as 0: RFC 2181, 8. */
const TTL_SECONDS_MAX = 0x7fff_ffff;
const ALIASES_MAX = 8;

const monotonicMs = () => performance.timeOrigin + performance.now();

/**
 * Makes a resolver with a cache of its own. One query for a name is under way at a time, and all who ask meanwhile get
 * its answer:
 *
 *     request 1   ── miss ── query ──────────── answer, TTL 60 ──>  | until received + 60 s: cached
 *     request 2          ── miss, same query ── answer ──────────>  | from then on: a new query
 *
 * Failures are not cached (RFC 2308 would allow it): a client that asks again gets the truth of that moment.
 */
export function createCachingResolver(options: CachingResolverOptions): CachingResolver {
  const { dns, clock = monotonicMs, timeoutMs = TIMEOUT_MS } = options;
  const answers = new Map<string, CachedAnswer>();
  const underWay = new Map<string, Promise<CachedAnswer>>();
  const closing = new AbortController();
  let lookups = 0;

  const cached = (name: string): CachedAnswer | undefined => {
    const answer = answers.get(name.toLowerCase());
    return answer !== undefined && clock() < answer.expiresAtMs ? answer : undefined;
  };

  const lookUp = async (name: string): Promise<CachedAnswer> => {
    lookups += 1;
    const answer = await queryDns(dns, { name, timeoutMs, signal: closing.signal });
    const { address, ttlSeconds } = addressIn(answer, name);
    const kept = { address, expiresAtMs: clock() + ttlSeconds * 1_000 };
    answers.set(name.toLowerCase(), kept);
    return kept;
  };

  return {
    resolve(name) {
      const known = cached(name);
      if (known !== undefined) return Promise.resolve(known);
      const key = name.toLowerCase();
      const query = underWay.get(key) ?? lookUp(name).finally(() => underWay.delete(key));
      underWay.set(key, query);
      return query;
    },
    cached,
    get lookups() {
      return lookups;
    },
    close: () =>
      closing.abort(new ResolutionError('NoAnswer', 'Cannot resolve any name: the resolver was closed.')),
  };
}

/**
 * The first address that an answer leads to, over aliases (CNAME) if need be. Its time to live is the least of all
 * records on the way.
 *
 * @throws {ResolutionError}
 */
function addressIn(answer: DnsAnswer, name: string): { address: string; ttlSeconds: number } {
  const { rcode = 'NOERROR' } = answer;
  if (rcode === 'NXDOMAIN') {
    throw new ResolutionError(
      'NameNotFound',
      `Cannot resolve ${name}: the DNS server knows no such name (NXDOMAIN). It must be a name of its zone.`,
    );
  }
  if (rcode !== 'NOERROR') {
    throw new ResolutionError(
      'ServerFailed',
      `Cannot resolve ${name}: the DNS server answered ${rcode}, an address is needed.`,
    );
  }
  let owner = name.toLowerCase();
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let aliases = 0; aliases <= ALIASES_MAX; aliases += 1) {
    const records = (answer.answers ?? []).filter((record) => record.name.toLowerCase() === owner);
    const record = records.find(({ type }) => type === 'A') ?? records.find(({ type }) => type === 'CNAME');
    if (record?.type !== 'A' && record?.type !== 'CNAME') break;
    ttlSeconds = Math.min(ttlSeconds, usableTtl(record.ttl));
    if (record.type === 'A') return { address: record.data, ttlSeconds };
    owner = record.data.toLowerCase();
  }
  throw new ResolutionError(
    'NoAddress',
    `Cannot resolve ${name}: the answer leads to no address (A). The zone must have a record of that type for it.`,
  );
}

function usableTtl(ttlSeconds = 0): number {
  return ttlSeconds > TTL_SECONDS_MAX ? 0 : ttlSeconds;
}
