import { type DnsAddress, type DnsAnswer, queryDns, ResolutionError } from '@gsp/twin';
import { DrillError } from '../drill-error.ts';
import type { ResolvedName } from './target-platform.ts';

const TRY_TIMEOUT_MS = 700;

/**
 * Asks one name server for the IPv4 addresses of a name, as a stub resolver does.
 *
 * @throws {DrillError} when no answer comes, or one without an address
 * @throws the signal's reason
 */
export async function resolveName(
  name: string,
  { signal, ...server }: DnsAddress & { readonly signal: AbortSignal },
): Promise<ResolvedName> {
  try {
    return addressesIn(await queryDns(server, { name, timeoutMs: TRY_TIMEOUT_MS, signal }), name);
  } catch (cause) {
    throw cause instanceof ResolutionError ? new DrillError(cause.message, { cause }) : cause;
  }
}

function addressesIn({ rcode, answers = [] }: DnsAnswer, name: string): ResolvedName {
  const records = answers.flatMap((answer) => (answer.type === 'A' ? [answer] : []));
  if (rcode !== 'NOERROR' || records.length === 0) {
    throw new DrillError(
      `Cannot resolve ${name}: DNS answered ${rcode} with ${records.length} addresses, at least one is needed.`,
    );
  }
  return {
    addresses: records.map(({ data }) => data),
    // A record set has one time to live; where it has not, the shortest counts (RFC 2181, 5.2).
    ttlSeconds: Math.min(...records.map(({ ttl = 0 }) => ttl)),
  };
}
