import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startGlobalEndpoint } from '../../src/global-endpoint/global-endpoint.ts';
import { httpEndpoint } from '../route53/endpoint-fixture.ts';
import { endpointBefore, NAME } from './endpoint-fixture.ts';

const A = '127.0.1.10';
const B = '127.0.1.11';

/** Two regions that say who they are, once they are told to where the path is `/wait`. */
async function twoRegions() {
  const waiting: (() => void)[] = [];
  const region = (who: string) =>
    httpEndpoint(({ url }, response) => {
      if (url === '/wait') waiting.push(() => response.end(who));
      else response.end(who);
    });
  const [a, b] = [await region('a'), await region('b')];
  const tested = await endpointBefore({ [A]: a.port, [B]: b.port });
  const get = async (path = '/') => (await fetch(`${tested.url}${path}`)).text();
  return { a, b, waiting, get, ...tested };
}

describe('startGlobalEndpoint()', () => {
  test('asks DNS nothing before the first request, and reports what it has', async () => {
    const { endpoint, get, time, dns } = await twoRegions();
    expect(endpoint.report()).toEqual({ address: null, expiresAt: null, lookups: 0, requests: 0 });
    expect(await get()).toBe('a');
    const expiresAt = new Date(1_060_000).toISOString();
    expect(endpoint.report()).toEqual({ address: A, expiresAt, lookups: 1, requests: 1 });
    time.nowMs += 60_000;
    expect(endpoint.report()).toEqual({ address: null, expiresAt: null, lookups: 1, requests: 1 });
    expect(dns.overUdp).toEqual([NAME]);
  });

  test('moves to another answer at the time to live and no sooner, and lets go of former connections', async () => {
    const { a, b, get, time, dns, target } = await twoRegions();
    expect(await get()).toBe('a');
    expect(a.open.size).toBe(1);
    target.ip = B;
    time.nowMs += 59_999;
    expect(await get()).toBe('a');
    expect(dns.overUdp).toHaveLength(1);
    time.nowMs += 1;
    expect(await get()).toBe('b');
    expect(dns.overUdp).toHaveLength(2);
    await expect.poll(() => a.open.size).toBe(0);
    expect(b.open.size).toBe(1);
  });

  test('lets a request under way finish where it is when the answer changes', async () => {
    const { get, time, target, waiting } = await twoRegions();
    const early = get('/wait');
    await expect.poll(() => waiting.length).toBe(1);
    target.ip = B;
    time.nowMs += 60_000;
    expect(await get()).toBe('b');
    for (const answer of waiting) answer();
    expect(await early).toBe('a');
  });

  test('asks for every request when the time to live is 0', async () => {
    const { get, dns, target } = await twoRegions();
    target.ttlSeconds = 0;
    expect(await get()).toBe('a');
    target.ip = B;
    expect(await get()).toBe('b');
    expect(dns.overUdp).toHaveLength(2);
  });

  test('asks once for many requests at a time, each on a connection of its own', async () => {
    const { a, get, dns, endpoint, waiting } = await twoRegions();
    const answers = Array.from({ length: 100 }, () => get('/wait'));
    // A hundred connections at a time take a busy machine longer than a poll waits by itself.
    await expect.poll(() => endpoint.report().requests, { timeout: 10_000 }).toBe(100);
    await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(100);
    expect(a.open.size).toBe(100);
    for (const answer of waiting) answer();
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['a']));
    expect(dns.overUdp).toHaveLength(1);
  });

  test('fails with PortInUse, and says which, when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      other.close();
    });
    const { port } = other.address() as AddressInfo;
    const starting = startGlobalEndpoint({
      listen: { host: '127.0.0.1', port },
      name: NAME,
      dns: { host: '127.0.0.1', port: 1 },
      connectTo: () => ({ host: '127.0.0.1', port: 1 }),
    });
    await expect(starting).rejects.toMatchObject({
      code: 'PortInUse',
      message: expect.stringContaining(`127.0.0.1:${port} cannot be listened on`),
    });
  });
});

describe('GlobalEndpoint.close()', () => {
  test('ends everything under way, also at a former address, and every connection', async () => {
    const { a, b, get, time, target, waiting, endpoint, url } = await twoRegions();
    const failures = [get('/wait').catch(() => 'cut')];
    await expect.poll(() => waiting.length).toBe(1);
    target.ip = B;
    time.nowMs += 60_000;
    failures.push(get('/wait').catch(() => 'cut'));
    await expect.poll(() => waiting.length).toBe(2);
    expect([a.open.size, b.open.size]).toEqual([1, 1]);
    await endpoint.close();
    expect(await Promise.all(failures)).toEqual(['cut', 'cut']);
    await expect.poll(() => a.open.size + b.open.size).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  test('does not wait for a DNS server that is silent, and gives up the question', async () => {
    const { url, dns, endpoint } = await endpointBefore({ [A]: 1 }, { dnsTimeoutMs: 60_000 });
    const askedFrom: number[] = [];
    dns.script = (_, { port }) => {
      askedFrom.push(port);
      return [];
    };
    const failure = fetch(url).then(
      () => 'answered',
      () => 'cut',
    );
    await expect.poll(() => askedFrom.length).toBe(1);
    expect(await canBind(askedFrom[0] ?? 0)).toBe(false);
    await endpoint.close();
    expect(await failure).toBe('cut');
    await expect.poll(() => canBind(askedFrom[0] ?? 0)).toBe(true);
  });
});

/** Whether no socket has this port of UDP. */
function canBind(port: number): Promise<boolean> {
  const probe = createSocket('udp4');
  return new Promise((resolve) => {
    probe.once('error', () => probe.close(() => resolve(false)));
    probe.bind({ port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
