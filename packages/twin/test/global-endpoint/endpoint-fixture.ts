import { onTestFinished } from 'vitest';
import {
  type GlobalEndpoint,
  type GlobalEndpointOptions,
  startGlobalEndpoint,
} from '../../src/global-endpoint/global-endpoint.ts';
import { leadingTo, type ScriptedDns, scriptedDns } from './scripted-dns.ts';

/** The name that is followed in these tests. */
export const NAME = 'api.gsp.test';

/** A global endpoint in front of servers that a test runs. */
export interface TestedEndpoint {
  readonly endpoint: GlobalEndpoint;
  readonly url: string;
  readonly port: number;
  readonly dns: ScriptedDns;
  /** What DNS answers; may be changed. */
  readonly target: { ip: string; ttlSeconds: number };
  /** Time as the endpoint's cache sees it; may be moved forward. */
  readonly time: { nowMs: number };
}

/**
 * Starts an endpoint on a free port, closed when the test ends.
 *
 * @param ports where something listens for each address that DNS may answer; the first is answered at the beginning
 */
export async function endpointBefore(
  ports: Readonly<Record<string, number>>,
  options: Partial<GlobalEndpointOptions> = {},
): Promise<TestedEndpoint> {
  const target = { ip: Object.keys(ports)[0] ?? '', ttlSeconds: 60 };
  const dns = await scriptedDns(leadingTo(target));
  const time = { nowMs: 1_000_000 };
  const endpoint = await startGlobalEndpoint({
    listen: { host: '127.0.0.1', port: 0 },
    name: NAME,
    dns,
    connectTo: (ip) => ({ host: '127.0.0.1', port: ports[ip] ?? 0 }),
    clock: () => time.nowMs,
    timeoutMs: 5_000,
    dnsTimeoutMs: 200,
    ...options,
  });
  onTestFinished(() => endpoint.close());
  return { endpoint, url: endpoint.url, port: Number(new URL(endpoint.url).port), dns, target, time };
}

/** A port of 127.0.0.1 on which nothing listens: no process may take one below 1024 without rights, and none wants this. */
export const NOBODY_LISTENS = 1;
