import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { isInstalled } from './support/installed.ts';
import { startTwinProcess, type TwinProcess } from './support/twin-process.ts';

/**
 * The primary is killed and comes back while DNS is asked as the world asks it: by Node's resolver, by dig, and through a
 * caching resolver that knows nothing of the twin. Times are model seconds: real ones times the scale.
 */
const TIME_SCALE = 20;
const [PRIMARY, SECONDARY] = ['eu-west-1', 'eu-central-1'] as const;
const ADDRESS = { [PRIMARY]: '127.0.1.10', [SECONDARY]: '127.0.1.11' } as const;
const LIMIT_MS = 45_000;

/** What is held against the arithmetic needs a machine that has time for it: a busy one is given another chance. */
const TIMED = { retry: 2 };

let twin: TwinProcess;

beforeAll(async () => {
  const scale = ['--time-scale', String(TIME_SCALE)];
  twin = await startTwinProcess({ args: [...scale, '--lag', '0..20', '--no-watch'] });
  await settled(PRIMARY);
});
// A test that failed half-way must not fail the next one.
afterEach(() => twin.fault({ region: PRIMARY, kind: 'start' }));
afterAll(() => twin?.end());

function dns() {
  const { dns: server } = twin.ready;
  if (server === undefined) throw new Error('the ready file has no dns');
  return server;
}

async function answered(): Promise<string[]> {
  const { host, port, name } = dns();
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  resolver.setServers([`${host}:${port}`]);
  return resolver.resolve4(name);
}

/** Waits until every check is healthy, or not, as it should be, and DNS answers with this region. */
function settled(region: keyof typeof ADDRESS): Promise<void> {
  return eventually(async () => (await answered()).join() === ADDRESS[region], {
    limitMs: LIMIT_MS,
    what: () => `DNS to answer ${region}`,
  });
}

/** Waits until nothing is left of what a test before has broken. */
async function allHealthy(): Promise<void> {
  await eventually(
    async () => (await twin.state()).route53?.checks.every(({ healthy }) => healthy) ?? false,
    {
      limitMs: LIMIT_MS,
      what: () => 'every check to be healthy',
    },
  );
  await settled(PRIMARY);
}

/** The arithmetic of failover, from the checks that run. */
async function detectionSeconds(): Promise<number> {
  const { route53 } = await twin.state();
  const check = route53?.checks.find(({ kind, inverted }) => kind === 'endpoint' && !inverted);
  return (check?.intervalSeconds ?? 0) * (check?.failureThreshold ?? 0);
}

async function globalRegion(): Promise<string> {
  const response = await fetch(`${twin.ready.global}/health/live`, { signal: AbortSignal.timeout(5_000) });
  await response.arrayBuffer();
  return response.headers.get('x-region') ?? `HTTP ${response.status}`;
}

const run = promisify(execFile);

async function dig(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('dig', ['+tries=1', '+time=2', ...args], { timeout: 10_000 });
  return stdout;
}

describe('the global name', () => {
  test('is where the ready file says, and leads to the primary', async () => {
    await allHealthy();
    expect(twin.ready.global).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(dns()).toMatchObject({ zone: 'gsp.test', name: 'api.gsp.test' });
    await eventually(async () => (await globalRegion()) === PRIMARY, { limitMs: LIMIT_MS });
  });

  test(
    'moves within interval x threshold when the primary is killed, and back when it is there again',
    TIMED,
    async () => {
      await allHealthy();
      const budget = await detectionSeconds();
      expect(budget).toBeGreaterThan(0);
      const killedAt = performance.now();
      expect((await twin.fault({ region: PRIMARY, kind: 'kill' })).status).toBe(200);
      await settled(SECONDARY);
      const detected = ((performance.now() - killedAt) / 1000) * TIME_SCALE;
      // The last checker that is needed turns in the last interval; a tenth is for the machine.
      expect(detected).toBeLessThan(budget * 1.1);
      expect(detected).toBeGreaterThan(budget / 2);
      await eventually(async () => (await globalRegion()) === SECONDARY, { limitMs: LIMIT_MS });

      await twin.fault({ region: PRIMARY, kind: 'start' });
      await settled(PRIMARY);
      await eventually(async () => (await globalRegion()) === PRIMARY, { limitMs: LIMIT_MS });
    },
  );
});

describe.skipIf(!isInstalled('dig'))('dig', () => {
  test('sees the answer change and come back, with the time to live', async () => {
    await allHealthy();
    const { host, port, name } = dns();
    const ask = () => dig(`@${host}`, '-p', String(port), name);
    const before = await ask();
    expect(before).toMatch(/status: NOERROR/);
    expect(before).toMatch(/flags: qr aa rd;/);
    expect(before).toMatch(new RegExp(`${name}\\.\\s+${60 / TIME_SCALE}\\s+IN\\s+A\\s+127\\.0\\.1\\.10`));
    await twin.fault({ region: PRIMARY, kind: 'kill' });
    await settled(SECONDARY);
    expect(await ask()).toMatch(/IN\s+A\s+127\.0\.1\.11/);
    await twin.fault({ region: PRIMARY, kind: 'start' });
    await settled(PRIMARY);
    expect(await ask()).toMatch(/IN\s+A\s+127\.0\.1\.10/);
  });

  test('gets each region, both address families, no such name, and no such type', async () => {
    const { host, port, zone } = dns();
    const ask = (...args: string[]) => dig(`@${host}`, '-p', String(port), ...args);
    expect(await ask('+short', `${SECONDARY}.api.${zone}`)).toBe('127.0.1.11\n');
    expect(await ask('+short', '+tcp', `${PRIMARY}.API.${zone}`)).toBe('127.0.1.10\n');
    expect(await ask('+short', 'AAAA', `${PRIMARY}.api.${zone}`)).toBe('::ffff:127.0.1.10\n');
    expect(await ask(`nobody.${zone}`)).toMatch(/status: NXDOMAIN[\s\S]*SOA/);
    expect(await ask('MX', `api.${zone}`)).toMatch(/status: NOERROR[\s\S]*ANSWER: 0[\s\S]*SOA/);
    expect(await ask('example.com')).toMatch(/status: REFUSED/);
  });
});

describe.skipIf(!isInstalled('dnsmasq') || !isInstalled('dig'))('a caching resolver', () => {
  test('keeps the old answer for its time to live at most, then follows', async () => {
    await allHealthy();
    const { name } = dns();
    const port = await startDnsmasq();
    const ask = async () => (await dig('+short', '@127.0.0.1', '-p', String(port), name)).trim();
    expect(await ask()).toBe(ADDRESS[PRIMARY]);
    await twin.fault({ region: PRIMARY, kind: 'kill' });
    await eventually(async () => (await answered()).join() === ADDRESS[SECONDARY], {
      limitMs: LIMIT_MS,
      // Asking keeps its cache full, so that it is the worst case which is seen.
      intervalMs: 200,
    });
    const changedAt = performance.now();
    await eventually(async () => (await ask()) === ADDRESS[SECONDARY], { limitMs: LIMIT_MS });
    const ttlMs = 60_000 / TIME_SCALE;
    expect(performance.now() - changedAt).toBeLessThan(ttlMs + 1_500);
    await twin.fault({ region: PRIMARY, kind: 'start' });
    await eventually(async () => (await ask()) === ADDRESS[PRIMARY], { limitMs: LIMIT_MS });
  });

  /** An ordinary forwarding cache in front of the twin's DNS, which needs neither root nor configuration files. */
  async function startDnsmasq(): Promise<number> {
    const port = await freeUdpPort();
    const { host, port: upstream, zone } = dns();
    const cache = spawn(
      'dnsmasq',
      [
        ...['--no-daemon', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--bind-interfaces'],
        ...['--listen-address=127.0.0.1', `--port=${port}`, `--server=/${zone}/${host}#${upstream}`],
        ...['--pid-file', '--cache-size=100'],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let said = '';
    cache.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const ended = new Promise((resolve) => cache.once('exit', resolve));
    onTestFinished(async () => {
      cache.kill('SIGKILL');
      await ended;
    });
    await eventually(
      async () => {
        if (cache.exitCode !== null) throw new Error(`dnsmasq ended with ${cache.exitCode}: ${said}`);
        return (await dig('+short', '@127.0.0.1', '-p', String(port), dns().name).catch(() => '')) !== '';
      },
      { what: () => `dnsmasq to answer: ${said}` },
    );
    return port;
  }
});

function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind({ address: '127.0.0.1', port: 0 }, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
