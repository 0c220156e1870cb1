import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { userInfo } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../../../test/twin/support/eventually.ts';
import { dnsServerOf } from './dns-fixture.ts';
import { CENTRAL, failoverRecords, fixedCheck, route53Of, WEST, ZONE } from './route53-fixture.ts';

const GLOBAL = 'api.gsp.test';

test('dnsmasq, as a caching resolver, keeps an answer for its time to live and then follows the verdict', async (context) => {
  if (spawnSync('dnsmasq', ['--version']).error !== undefined) {
    console.warn(
      'SKIPPED: dnsmasq is not installed, so the DNS server was not tried behind a caching resolver.',
    );
    return context.skip();
  }
  const records = failoverRecords();
  const checks = (west: boolean) => [fixedCheck(WEST, west), fixedCheck(CENTRAL, true)];
  // A time to live of 60 / 30 = 2 s.
  const route53 = route53Of({ records, checks: checks(true) }, { timeScale: 30 });
  const { port } = await dnsServerOf(route53);
  const resolver = await cachingResolver(port);
  const resolved = () => resolver.resolve4(GLOBAL).catch(() => []);
  await eventually(async () => (await resolved())[0] === '127.0.1.10');
  const [{ ttl = 0 } = {}] = await resolver.resolve4(GLOBAL, { ttl: true });
  expect(ttl).toBeLessThanOrEqual(2);
  const changedAt = performance.now();
  route53.swap({ zones: [ZONE], records, checks: checks(false) });
  expect(route53.answer({ name: GLOBAL, type: 'A' }).answers).toMatchObject([{ data: '127.0.1.11', ttl: 2 }]);
  await eventually(async () => (await resolved())[0] === '127.0.1.11');
  expect(performance.now() - changedAt).toBeLessThan(4_000);
});

/** A dnsmasq that asks the given port for the zone and nobody for anything else. */
async function cachingResolver(port: number): Promise<Resolver> {
  const own = await freeUdpPort();
  const dnsmasq = spawn(
    'dnsmasq',
    [
      '--no-daemon',
      '--conf-file=/dev/null',
      '--pid-file=',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      '--listen-address=127.0.0.1',
      `--user=${userInfo().username}`,
      `--port=${own}`,
      `--server=/${ZONE.name}/127.0.0.1#${port}`,
    ],
    { stdio: 'ignore' },
  );
  onTestFinished(() => void dnsmasq.kill('SIGKILL'));
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${own}`]);
  return resolver;
}

function freeUdpPort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
