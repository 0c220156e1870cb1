import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CachingResolver, createCachingResolver } from '../../src/global-endpoint/caching-resolver.ts';
import { address, alias, leadingTo, RCODE, replyTo, type ScriptedDns, scriptedDns } from './scripted-dns.ts';

const NAME = 'api.gsp.test';

function resolverOf(dns: ScriptedDns): { resolver: CachingResolver; time: { nowMs: number } } {
  const time = { nowMs: 5_000 };
  const resolver = createCachingResolver({ dns, clock: () => time.nowMs, timeoutMs: 150 });
  onTestFinished(() => resolver.close());
  return { resolver, time };
}

/** What a name leads to by these records. */
async function resolved(answers: Parameters<typeof replyTo>[1]) {
  const { resolver } = resolverOf(await scriptedDns((query) => [replyTo(query, answers)]));
  return resolver.resolve(NAME);
}

describe('CachingResolver.resolve()', () => {
  test('keeps an answer to the millisecond of its time to live, then asks anew', async () => {
    const target = { ip: '127.0.1.10' };
    const dns = await scriptedDns(leadingTo(target));
    const { resolver, time } = resolverOf(dns);
    expect(await resolver.resolve(NAME)).toEqual({ address: '127.0.1.10', expiresAtMs: 65_000 });
    target.ip = '127.0.1.11';
    time.nowMs = 64_999;
    expect(await resolver.resolve(NAME)).toMatchObject({ address: '127.0.1.10' });
    expect(resolver.cached(NAME)).toMatchObject({ address: '127.0.1.10' });
    expect(dns.overUdp).toHaveLength(1);
    time.nowMs = 65_000;
    expect(resolver.cached(NAME)).toBeUndefined();
    expect(await resolver.resolve(NAME)).toEqual({ address: '127.0.1.11', expiresAtMs: 125_000 });
    expect(dns.overUdp).toHaveLength(2);
    expect(resolver.lookups).toBe(2);
  });

  test('asks just when the time to live has passed, whatever both are', async () => {
    const target = { ip: '127.0.1.10', ttlSeconds: 0 };
    const dns = await scriptedDns(leadingTo(target));
    const { resolver, time } = resolverOf(dns);
    let expiresAtMs = 0;
    const step = fc.record({ elapsedMs: fc.integer({ min: 0, max: 4_000 }), ttlSeconds: fc.nat({ max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        for (const { elapsedMs, ttlSeconds } of steps) {
          time.nowMs += elapsedMs;
          target.ttlSeconds = ttlSeconds;
          const before = dns.overUdp.length;
          const answer = await resolver.resolve(NAME);
          const asks = time.nowMs >= expiresAtMs;
          expect(dns.overUdp.length - before).toBe(asks ? 1 : 0);
          if (asks) expiresAtMs = time.nowMs + ttlSeconds * 1_000;
          expect(answer.expiresAtMs).toBe(expiresAtMs);
        }
      }),
      { numRuns: 25 },
    );
  });

  test('counts the time to live from the answer on, not from the question', async () => {
    const dns = await scriptedDns((query) => {
      time.nowMs += 700;
      return [replyTo(query, { answers: [address(NAME, '127.0.1.10', 2)] })];
    });
    const { resolver, time } = resolverOf(dns);
    expect(await resolver.resolve(NAME)).toMatchObject({ expiresAtMs: 7_700 });
  });

  test.each([0, 0x80_00_00_00])('uses an answer once when its time to live is %d', async (ttlSeconds) => {
    const dns = await scriptedDns(leadingTo({ ip: '127.0.1.10', ttlSeconds }));
    const { resolver } = resolverOf(dns);
    for (let times = 0; times < 3; times += 1)
      expect(await resolver.resolve(NAME)).toMatchObject({ address: '127.0.1.10' });
    expect(resolver.cached(NAME)).toBeUndefined();
    expect(dns.overUdp).toHaveLength(3);
  });

  test('has one query under way for a name, whatever its case, and one for each other name', async () => {
    const dns = await scriptedDns(leadingTo({ ip: '127.0.1.10', ttlSeconds: 0 }));
    const { resolver } = resolverOf(dns);
    const names = [...Array.from({ length: 49 }, () => NAME), 'API.gsp.test', 'b.gsp.test'];
    const answers = await Promise.all(names.map((name) => resolver.resolve(name)));
    expect(answers.map((answer) => answer.address)).toEqual(names.map(() => '127.0.1.10'));
    expect(dns.overUdp.sort()).toEqual([NAME, 'b.gsp.test']);
    await resolver.resolve(NAME);
    expect(dns.overUdp).toHaveLength(3);
  });

  test.each([
    ['NameNotFound', 'NXDOMAIN', { rcode: RCODE.nameError }],
    ['ServerFailed', 'REFUSED', { rcode: RCODE.refused }],
    ['ServerFailed', 'SERVFAIL', { rcode: RCODE.serverFailure }],
    ['NoAddress', 'leads to no address', {}],
    ['NoAddress', 'leads to no address', { answers: [address('other.gsp.test', '127.0.1.10')] }],
  ])('fails with %s (%s), and asks anew the next time', async (code, message, reply) => {
    const dns = await scriptedDns((query) => [replyTo(query, reply)]);
    const { resolver } = resolverOf(dns);
    const waiting = [resolver.resolve(NAME), resolver.resolve(NAME)];
    for (const each of await Promise.allSettled(waiting)) {
      expect(each).toMatchObject({ reason: { code, message: expect.stringContaining(message) } });
    }
    dns.script = leadingTo({ ip: '127.0.1.10' });
    expect(await resolver.resolve(NAME)).toMatchObject({ address: '127.0.1.10' });
    expect(dns.overUdp).toHaveLength(2);
  });

  test('gives nothing stale when the server is silent', async () => {
    const dns = await scriptedDns(leadingTo({ ip: '127.0.1.10' }));
    const { resolver, time } = resolverOf(dns);
    await resolver.resolve(NAME);
    dns.script = () => [];
    time.nowMs += 60_000;
    await expect(resolver.resolve(NAME)).rejects.toMatchObject({ code: 'NoAnswer' });
    expect(resolver.cached(NAME)).toBeUndefined();
  });

  test('follows aliases in whatever order they stand, and keeps the answer for the least time to live', async () => {
    const answers = [
      address('far.example.com', '127.0.1.12', 30),
      address('stranger.example.com', '127.0.1.13', 1),
      alias('NEAR.gsp.test', 'far.example.com', 20),
      alias(NAME.toUpperCase(), 'near.GSP.test', 40),
    ];
    expect(await resolved({ answers })).toEqual({ address: '127.0.1.12', expiresAtMs: 25_000 });
  });

  test('gives up on aliases that lead in a circle', async () => {
    const answers = [alias(NAME, 'b.gsp.test'), alias('b.gsp.test', NAME)];
    await expect(resolved({ answers })).rejects.toMatchObject({ code: 'NoAddress' });
  });

  test('takes the first of several addresses', async () => {
    const answers = ['127.0.1.12', '127.0.1.10'].map((ip) => address(NAME, ip));
    expect(await resolved({ answers })).toMatchObject({ address: '127.0.1.12' });
  });
});

describe('CachingResolver.close()', () => {
  test('gives up what is being asked at once, and asks nothing any more', async () => {
    const dns = await scriptedDns(() => []);
    const resolver = createCachingResolver({ dns, timeoutMs: 60_000 });
    const waiting = expect(resolver.resolve(NAME)).rejects.toMatchObject({
      code: 'NoAnswer',
      message: expect.stringContaining('the resolver was closed'),
    });
    await expect.poll(() => dns.overUdp.length).toBe(1);
    resolver.close();
    await waiting;
    await expect(resolver.resolve(NAME)).rejects.toMatchObject({ code: 'NoAnswer' });
    expect(dns.overUdp).toHaveLength(1);
  });
});
