import { Resolver } from 'node:dns/promises';

/** One server is asked for this long before the next one is. */
const QUERY_TIMEOUT_MS = 2_000;
const QUERY_TRIES = 2;

/** Codes with which DNS says that there is nothing, which is an answer and no failure. */
const EMPTY_ANSWERS = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * The IPv4 addresses that DNS answers for `name`, or null when no server answered.
 *
 * @param servers addresses to ask, with a port where it is not 53, as in `127.0.0.1:4053`; none: those of the system
 */
export async function resolveAddresses(
  name: string,
  { servers, signal }: { servers: readonly string[]; signal: AbortSignal },
): Promise<readonly string[] | null> {
  return ask({ servers, signal }, (resolver) => resolver.resolve4(name));
}

/**
 * Addresses of the name servers that have authority over `zoneName`: their answers are not from a cache. Empty when they
 * cannot be found, as where a network lets nobody but its own resolver ask.
 *
 * @see RFC 1034, 4.2.1
 */
export async function authoritativeServers(
  zoneName: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const system = { servers: [], signal };
  const names = (await ask(system, (resolver) => resolver.resolveNs(zoneName))) ?? [];
  const addresses = await Promise.all(names.map((name) => resolveAddresses(name, system)));
  return addresses.flatMap((found) => found ?? []);
}

async function ask(
  { servers, signal }: { servers: readonly string[]; signal: AbortSignal },
  query: (resolver: Resolver) => Promise<string[]>,
): Promise<readonly string[] | null> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: QUERY_TRIES });
  if (servers.length > 0) resolver.setServers([...servers]);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await query(resolver);
  } catch (error) {
    signal.throwIfAborted();
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    return EMPTY_ANSWERS.has(String(code)) ? [] : null;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
