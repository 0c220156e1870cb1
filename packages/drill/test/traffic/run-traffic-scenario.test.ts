import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import { describe, test } from 'vitest';
import type { TrafficReport } from '../../src/drill-report.ts';
import { sendOperation } from '../../src/send-operation.ts';
import { dnsObserver } from '../../src/traffic/dns-observer.ts';
import type { Observer, ObserverClient, ObserverReply } from '../../src/traffic/observer.ts';
import { type ObserverRegistry, observers } from '../../src/traffic/observers.ts';
import { runTrafficScenario } from '../../src/traffic/run-traffic-scenario.ts';
import type { TrafficScenarioName } from '../../src/traffic/traffic-scenarios.ts';
import { type FakeFlaws, PRIMARY, SECONDARY, startFakePlatform } from './fake-platform.ts';

/** Interval and threshold of 90 s become 4.5 s, and the time to live of 60 s becomes 3. */
const TIME_SCALE = 20;

/** A scenario takes 15 s, and some of them share one thread; a machine that others use is given time. */
const RUN_LIMIT_MS = 110_000;

/** What is held against the arithmetic needs a machine that has time for it: a busy one is given another chance. */
const TIMED = { retry: 2 };

async function run(
  name: TrafficScenarioName,
  { flaws = {}, registry }: { flaws?: FakeFlaws; registry?: ObserverRegistry } = {},
): Promise<TrafficReport> {
  const fake = await startFakePlatform(TIME_SCALE, flaws);
  try {
    return await runTrafficScenario({
      ...{ platform: fake.platform, name, seed: 1, prefix: 'drill-test', repeat: 'npm run drill' },
      signal: AbortSignal.timeout(RUN_LIMIT_MS),
      ...(registry === undefined ? {} : { observers: registry }),
    });
  } finally {
    await fake.end();
  }
}

/** How a flawed client comes to an answer: it asks the regions in the order of the platform, the primary first. */
type Manner = (ask: (index: number) => Promise<ObserverReply>) => Promise<ObserverReply>;

/** An observer of the client's kind with a flaw: it stands in for one that was changed for the worse. */
function flawedObserver(manner: Manner): Observer {
  return {
    ...{ description: 'flawed', isObedient: false },
    open: async ({ platform, requestTimeoutMs }) => {
      const dispatcher = new Agent({ connections: 4, keepAliveTimeout: 1_000 });
      const client: ObserverClient = {
        name: 'client-0',
        close: () => dispatcher.destroy(),
        send: (operation, context) =>
          manner(async (index) => {
            const { region, api } = platform.regions[index] ?? { region: '', api: '' };
            const options = { api, dispatcher, timeoutMs: requestTimeoutMs, ...context };
            return { ...(await sendOperation(operation, options)), region };
          }),
      };
      return [client];
    },
  };
}

const stickyObserver = flawedObserver((ask) => ask(0));

const sluggishObserver = flawedObserver(async (ask) => {
  const reply = await ask(0);
  if (reply.answer.status !== 0) return reply;
  await pause(1_200);
  return ask(1);
});

function missed({ objectives }: TrafficReport): string[] {
  return objectives.filter(({ isKept }) => !isKept).map(({ name }) => name);
}

function measured({ objectives }: TrafficReport, name: string): number {
  return objectives.find((objective) => objective.name === name)?.measured ?? Number.NaN;
}

// Most of a scenario is waiting, so they wait together.
describe.concurrent('runTrafficScenario', () => {
  test(
    'runTrafficScenario() finds every objective met when failover keeps to its arithmetic',
    TIMED,
    async ({ expect }) => {
      const report = await run('region-kill');
      expect(missed(report)).toEqual([]);
      expect(report.isKept).toBe(true);
      expect(measured(report, 'time to detect')).toBeCloseTo(90, -1);
      expect(measured(report, 'time to move')).toBeGreaterThan(135);
      expect(report.marks.map(({ what }) => what)).toEqual([`kill ${PRIMARY}`, `start ${PRIMARY}`]);
      expect(report.dnsAnswers.map(({ regions }) => regions)).toEqual([[PRIMARY], [SECONDARY], [PRIMARY]]);
      // A run in which nothing was asked, or nothing failed, would keep almost every promise.
      const failed = report.samples.filter(({ outcome }) => outcome === 'failed');
      expect(failed.length).toBeGreaterThan(20);
      expect(failed.every(({ region }) => region === PRIMARY)).toBe(true);
      expect(report.samples.filter(({ kind }) => kind === 'write').length).toBeGreaterThan(100);
      expect(new Set(report.samples.map(({ client }) => client)).size).toBe(12);
      // Those who follow DNS fail for as long as it takes; the client's calls do not.
      const [dns, client] = report.vantages;
      expect(dns).toMatchObject({ vantage: 'dns', meanwhile: { failed: expect.any(Number) } });
      expect(dns?.meanwhile?.failed).toBeGreaterThan(20);
      expect(client).toMatchObject({ vantage: 'client', failed: 0, meanwhile: { failed: 0 } });
      expect(client?.meanwhile?.calls).toBeGreaterThan(40);
      expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    },
  );

  test('runTrafficScenario() misses time to detect when checks ask nothing that fails', async ({
    expect,
  }) => {
    const report = await run('region-kill', { flaws: { isBlind: true } });
    expect(report.isKept).toBe(false);
    expect(missed(report)).toEqual(expect.arrayContaining(['time to detect', 'time to move']));
    expect(missed(report)).toContain('failed requests outside the time to move');
  });

  test.for([
    { flaw: 'keeps answers for longer than their time to live', seconds: 20, objective: 'time to move' },
    { flaw: 'keeps no answer', seconds: 0, objective: 'time to move, not sooner than' },
  ])(
    'runTrafficScenario() misses $objective when a cache $flaw',
    async ({ seconds, objective }, { expect }) => {
      const keepSeconds = () => seconds;
      const dns = dnsObserver({
        name: 'dns',
        description: 'flawed',
        clients: 8,
        isObedient: true,
        keepSeconds,
      });
      const report = await run('region-kill', { registry: { ...observers, dns } });
      expect(missed(report)).toContain(objective);
    },
  );

  test('runTrafficScenario() names the client when it stays with a region that died', async ({ expect }) => {
    const report = await run('region-kill', { registry: { ...observers, client: stickyObserver } });
    expect(missed(report)).toEqual(['failed calls of the client']);
  });

  test('runTrafficScenario() names the client when it is slow to leave a region', async ({ expect }) => {
    const report = await run('region-kill', { registry: { ...observers, client: sluggishObserver } });
    expect(missed(report)).toEqual(["p99 of the client's calls meanwhile"]);
  });

  test('runTrafficScenario() names the loss when acknowledged writes are gone', async ({ expect }) => {
    const report = await run('evacuate', { flaws: { losesEvery: 10 } });
    expect(missed(report)).toContain('acknowledged writes lost');
    expect(report.notes.join('\n')).toContain('was lost without a trace');
  });

  test('runTrafficScenario() misses time to detect when an evacuation changes nothing', async ({
    expect,
  }) => {
    const report = await run('evacuate', { flaws: { ignoresEvacuation: true } });
    expect(missed(report)).toEqual(expect.arrayContaining(['time to detect', 'time to move']));
  });

  test.for(['all-unhealthy', 'replication-cut'] as const)(
    'runTrafficScenario() finds every objective of %s met when DNS keeps to the primary',
    TIMED,
    async (name, { expect }) => {
      expect(missed(await run(name))).toEqual([]);
    },
  );

  test('runTrafficScenario() misses the primary when no region is healthy and DNS forgets it', async ({
    expect,
  }) => {
    const report = await run('all-unhealthy', { flaws: { forgetsPrimary: true } });
    expect(missed(report)).toEqual(['answers other than the primary meanwhile']);
  });

  test('runTrafficScenario() names the answers that left the primary when a cut link makes it unhealthy', async ({
    expect,
  }) => {
    const report = await run('replication-cut', { flaws: { blamesLinks: true } });
    expect(missed(report)).toContain('answers that left the primary');
  });

  test(
    'runTrafficScenario() shows what stale clients suffer and holds obedient ones to their objectives',
    TIMED,
    async ({ expect }) => {
      const report = await run('dns-stale-client');
      expect(missed(report)).toEqual([]);
      const failures = (vantage: string) =>
        report.samples.filter((sample) => sample.vantage === vantage && sample.outcome === 'failed').length;
      expect(failures('dns-stale') / 2).toBeGreaterThan(failures('dns') / 8);
    },
  );

  test('runTrafficScenario() breaks nothing when checks are unhealthy before', async ({ expect }) => {
    const fake = await startFakePlatform(TIME_SCALE);
    const { platform } = fake;
    const look: typeof platform.look = async (signal) => {
      const { checks, ...rest } = await platform.look(signal);
      return { ...rest, checks: checks.map((check) => ({ ...check, isHealthy: false })) };
    };
    const report = await runTrafficScenario({
      ...{ platform: { ...platform, look }, name: 'region-kill', seed: 1, prefix: 'x', repeat: '' },
      signal: AbortSignal.timeout(RUN_LIMIT_MS),
    });
    expect(report.marks).toEqual([]);
    expect(missed(report)).toContain('unhealthy checks at the start');
    await fake.end();
  });

  test('runTrafficScenario() ends at once when told to', async ({ expect }) => {
    const fake = await startFakePlatform(TIME_SCALE);
    const stop = new AbortController();
    const running = runTrafficScenario({
      ...{ platform: fake.platform, name: 'region-kill', seed: 1, prefix: 'x', repeat: '' },
      signal: stop.signal,
      // The first line of figures means that traffic is under way.
      onProgress: (text) => (text.includes(' ok,') ? stop.abort(new Error('enough')) : undefined),
    });
    const startedAt = performance.now();
    await expect(running).rejects.toThrow('enough');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    await fake.end();
  });
});
