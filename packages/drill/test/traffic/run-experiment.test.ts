import { CommandError } from '@gsp/cli-kit';
// Goal: a scenario that AWS breaks something for is driven and judged like any other, and nothing stays broken.

import { Experiments } from '@gsp/operator/fault-injection';
import { afterEach, describe, expect, test } from 'vitest';
import { runTrafficScenario } from '../../src/traffic/run-traffic-scenario.ts';
import type { TargetPlatform } from '../../src/traffic/target-platform.ts';
import { type FakeFis, startFakeFis } from '../experiments/fake-fis.ts';
import { type FakePlatform, PRIMARY, startFakePlatform } from './fake-platform.ts';

/** Interval and threshold of 90 s become 2.25 s, the minute in which functions hear of an experiment 1.5 s. */
const TIME_SCALE = 40;
const RUN_LIMIT_MS = 60_000;

let open: { readonly fake: FakePlatform; readonly fis: FakeFis }[] = [];
afterEach(async () => {
  await Promise.all(open.flatMap(({ fake, fis }) => [fake.end(), fis.close()]));
  open = [];
});

/** A platform without a twin's abilities, of which the health follows what runs in FIS. */
async function cloudLike(): Promise<{ platform: TargetPlatform; fis: FakeFis; experiments: Experiments }> {
  const fake = await startFakePlatform(TIME_SCALE);
  const { signal } = new AbortController();
  const fis = await startFakeFis(PRIMARY, {
    onChange: (_, isBroken) =>
      void (isBroken ? fake.platform.evacuate(PRIMARY, signal) : fake.platform.restore(PRIMARY, signal)),
  });
  open.push({ fake, fis });
  const experiments = new Experiments({ project: 'gsp', stage: 'main', clients: [fis.client], pollMs: 10 });
  const platform: TargetPlatform = {
    ...fake.platform,
    ...{ isTwin: false, inject: null, experiments, restoreAll: () => experiments.stopAll() },
    async look(during) {
      await experiments.assertRunning(during);
      return fake.platform.look(during);
    },
  };
  return { platform, fis, experiments };
}

const run = (platform: TargetPlatform, signal: AbortSignal) =>
  runTrafficScenario({
    ...{ platform, name: 'region-unhealthy', seed: 1, prefix: 'drill-test', repeat: 'npm run drill', signal },
  });

const untilBroken = async (fis: FakeFis) => {
  await expect.poll(() => fis.statuses(), { timeout: 30_000 }).toEqual(['running']);
};

describe('region-unhealthy', () => {
  test('runTrafficScenario() has AWS break the primary, judges, and names the experiment', {
    retry: 2,
  }, async () => {
    const { platform, fis } = await cloudLike();
    const report = await run(platform, AbortSignal.timeout(RUN_LIMIT_MS));
    expect(report.objectives.filter(({ isKept }) => !isKept)).toEqual([]);
    expect(report.objectives.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'time to move',
        'time to return',
        'failed requests',
        'failed calls of the client',
      ]),
    );
    expect(report.marks.map(({ kind, what }) => `${kind}: ${what}`)).toEqual([
      `fault: experiment EXP1: health-503 in ${PRIMARY}`,
      `heal: end of the experiment in ${PRIMARY}`,
    ]);
    expect(report.notes).toContain(`Broken by AWS: experiment EXP1: health-503 in ${PRIMARY}.`);
    expect(fis.statuses()).toEqual(['stopped']);
  });

  test('runTrafficScenario() ends at once when a stop condition ends the experiment', async () => {
    const { platform, fis, experiments } = await cloudLike();
    const running = run(platform, AbortSignal.timeout(RUN_LIMIT_MS));
    const [outcome] = await Promise.allSettled([running, untilBroken(fis).then(() => fis.ring())]);
    expect(String(outcome.status === 'rejected' && outcome.reason)).toMatch(
      /EXP1 is stopped .*stop condition/,
    );
    await platform.restoreAll();
    expect(experiments.isBreaking).toBe(false);
  });

  test('runTrafficScenario() leaves an experiment to be ended by whoever gives the platform back, on Ctrl-C', async () => {
    const { platform, fis, experiments } = await cloudLike();
    const stop = new AbortController();
    const running = run(platform, stop.signal);
    const ctrlC = untilBroken(fis).then(() => stop.abort(new CommandError('told to end (SIGINT)')));
    const [outcome] = await Promise.allSettled([running, ctrlC]);
    expect(String(outcome.status === 'rejected' && outcome.reason)).toMatch(/told to end \(SIGINT\)/);
    expect(experiments.isBreaking).toBe(true);
    await platform.restoreAll();
    expect(fis.statuses()).toEqual(['stopped']);
  });
});
