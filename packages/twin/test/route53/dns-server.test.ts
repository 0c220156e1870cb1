import { execFile, spawnSync } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { startDnsServer } from '../../src/route53/dns-server.ts';
import { TwinError } from '../../src/twin-error.ts';
import { ask, dnsServerOf, queryBytes } from './dns-fixture.ts';
import {
  failoverAuthority,
  failoverServer,
  GLOBAL_NAME,
  LARGE_NAME,
  RECORDS,
} from './failover-server-fixture.ts';
import { CENTRAL, fixedCheck, WEST, ZONE } from './route53-fixture.ts';

describe('startDnsServer()', () => {
  test('names the port that is taken, and leaves nothing listening', async () => {
    const { port } = await failoverServer();
    const failure = await startDnsServer({ host: '127.0.0.1', port, route53: failoverAuthority() }).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TwinError);
    expect(failure).toMatchObject({
      code: 'PortInUse',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });
});

describe('DNS server, to other resolvers', () => {
  test('is what Node needs', async () => {
    const { port } = await failoverServer();
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${port}`]);
    expect(await resolver.resolve4(GLOBAL_NAME, { ttl: true })).toEqual([{ address: '127.0.1.10', ttl: 60 }]);
    expect(await resolver.resolve6(GLOBAL_NAME)).toEqual(['::ffff:127.0.1.10']);
    expect((await resolver.resolveSoa('gsp.test')).nsname).toBe('ns-1.route53.invalid');
    expect(await resolver.resolve4(LARGE_NAME)).toHaveLength(40);
    await expect(resolver.resolve4('none.gsp.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolveTxt(GLOBAL_NAME)).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'EREFUSED' });
  });

  test('answers by the verdict of the moment', async () => {
    const route53 = failoverAuthority();
    const { port } = await dnsServerOf(route53);
    const addressNow = async () => (await ask(port, queryBytes(GLOBAL_NAME, 'A'))).answers;
    expect(await addressNow()).toMatchObject([{ data: '127.0.1.10' }]);
    const checks = [fixedCheck(WEST, false), fixedCheck(CENTRAL, true)];
    route53.swap({ zones: [ZONE], records: RECORDS, checks });
    expect(await addressNow()).toMatchObject([{ data: '127.0.1.11' }]);
  });

  test('is what dig needs', async (context) => {
    if (spawnSync('dig', ['-v']).error !== undefined) {
      console.warn(
        'SKIPPED: dig is not installed (Debian: bind9-dnsutils), so the DNS server was not tried with it.',
      );
      return context.skip();
    }
    const { port } = await failoverServer();
    expect(await dig(port, ['+short', GLOBAL_NAME])).toBe('127.0.1.10\n');
    expect(await dig(port, ['+short', '+tcp', GLOBAL_NAME, 'AAAA'])).toBe('::ffff:127.0.1.10\n');
    expect(await dig(port, [GLOBAL_NAME])).toMatch(
      /status: NOERROR[\s\S]*flags: qr aa rd;[\s\S]*EDNS: version: 0[\s\S]*60\s+IN\s+A\s+127\.0\.1\.10/,
    );
    expect(await dig(port, ['none.gsp.test'])).toMatch(
      /status: NXDOMAIN[\s\S]*IN\s+SOA\s+ns-1\.route53\.invalid\. awsdns-hostmaster\.amazon\.com\. 1 7200 900 1209600 86400/,
    );
    // Too long for UDP without EDNS: dig comes again over TCP by itself.
    expect((await dig(port, ['+short', '+noedns', LARGE_NAME])).trim().split('\n')).toHaveLength(40);
    expect(await dig(port, ['+edns=1', '+noednsnegotiation', GLOBAL_NAME])).toContain('status: BADVERS');
    for (const output of [
      await dig(port, ['+norec', GLOBAL_NAME]),
      await dig(port, ['+norec', '+tcp', LARGE_NAME]),
    ]) {
      expect(output).not.toMatch(/WARNING|malformed|mismatch/i);
    }
  });
});

async function dig(port: number, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('dig', [
    '@127.0.0.1',
    '-p',
    String(port),
    '+time=3',
    '+tries=2',
    ...args,
  ]);
  return stdout;
}
