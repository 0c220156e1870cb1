// Goal: an experiment is started only where it may be, and whatever happens then, it is ended. Over HTTP, with a fake FIS.
import { setTimeout as pause } from 'node:timers/promises';
import { CommandError } from '@gsp/cli-kit';
import { Experiments, type ExperimentsOptions } from '@gsp/operator/fault-injection';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakeFis, type FakeFisBehaviour, startFakeFis } from './fake-fis.ts';

const { signal } = new AbortController();
const AT = { region: 'eu-west-1', signal };

let open: FakeFis[] = [];
afterEach(async () => {
  await Promise.all(open.map((fis) => fis.close()));
  open = [];
});

/** Two Regions, of which the first behaves as told. */
async function stageWith(behaviour: FakeFisBehaviour = {}, changes: Partial<ExperimentsOptions> = {}) {
  const [here, there] = [await startFakeFis('eu-west-1', behaviour), await startFakeFis('eu-central-1')];
  open.push(here, there);
  const clients = [here.client, there.client];
  const experiments = new Experiments({
    ...{ project: 'gsp', stage: 'main', clients, pollMs: 1, startLimitMs: 2_000, stopLimitMs: 2_000 },
    ...changes,
  });
  return { experiments, here, there };
}

const stopsOf = ({ calls }: FakeFis) => calls.filter(({ method }) => method === 'DELETE');

test('Experiments starts one, waits until it runs, and ends it', async () => {
  const { experiments, here, there } = await stageWith({ pendingLooks: 3 });
  const started = await experiments.start('health-503', AT);
  expect(started).toEqual({ id: 'EXP1', kind: 'health-503', region: 'eu-west-1' });
  expect(here.statuses()).toEqual(['running']);
  await experiments.assertRunning(signal);
  expect(experiments.isBreaking).toBe(true);
  await experiments.stopAll();
  expect(here.statuses()).toEqual(['stopped']);
  expect(experiments.isBreaking).toBe(false);
  expect(experiments.started).toEqual([started]);
  expect(there.statuses()).toEqual([]);
  // Once is enough.
  await experiments.stopAll();
  expect(stopsOf(here)).toHaveLength(1);
});

describe('before it starts', () => {
  test('Experiments refuses a Region without the template', async () => {
    const { experiments, here } = await stageWith({ offers: ['health-503'] });
    const refusal = experiments.start('replication-pause', AT);
    await expect(refusal).rejects.toThrow(CommandError);
    await expect(refusal).rejects.toThrow(
      /no experiment template gsp-main-replication-pause.*faultInjection/,
    );
    expect(here.statuses()).toEqual([]);
  });

  test.each(['here', 'there'] as const)('Experiments refuses while something is broken %s', async (where) => {
    const stage = await stageWith();
    stage[where].startElsewhere('health-delay');
    await expect(stage.experiments.start('health-503', AT)).rejects.toThrow(
      /^Cannot start an experiment: EXP1 \(health-delay\) in eu-(west|central)-1 is running.*stop-experiment/,
    );
    // It is not ours, so it is not ours to end.
    await stage.experiments.stopAll();
    expect(stage[where].statuses()).toEqual(['running']);
  });

  test('Experiments passes on why FIS starts nothing, and leaves nothing behind', async () => {
    const fault: FakeFisBehaviour['fault'] = ({ method }) =>
      method === 'POST' ? { status: 409, code: 'ConflictException' } : undefined;
    const { experiments, here } = await stageWith({ fault });
    await expect(experiments.start('health-503', AT)).rejects.toThrow(/something else holds/);
    await experiments.stopAll();
    expect(here.statuses()).toEqual([]);
  });
});

describe('what does not come to run', () => {
  test('Experiments tells why one has failed', async () => {
    const { experiments, here } = await stageWith({ comesTo: 'failed' });
    await expect(experiments.start('health-503', AT)).rejects.toThrow(
      /experiment EXP1 is failed \(Target resolution returned empty set\), it must run/,
    );
    await experiments.stopAll();
    expect(stopsOf(here)).toEqual([]);
  });

  test('Experiments gives up on one that stays pending, and ends it', async () => {
    const { experiments, here } = await stageWith({ pendingLooks: Infinity }, { startLimitMs: 20 });
    await expect(experiments.start('health-503', AT)).rejects.toThrow(/EXP1 is still pending after 0\.02 s/);
    await experiments.stopAll();
    expect(here.statuses()).toEqual(['stopped']);
  });

  test('Experiments ends one that was told to end while it was pending', async () => {
    const stop = new AbortController();
    const fault: FakeFisBehaviour['fault'] = ({ path }) => {
      if (path === '/experiments/EXP1') stop.abort(new CommandError('Ctrl-C'));
      return undefined;
    };
    const { experiments, here } = await stageWith({ pendingLooks: Infinity, fault });
    await expect(experiments.start('health-503', { ...AT, signal: stop.signal })).rejects.toThrow('Ctrl-C');
    await experiments.stopAll();
    expect(here.statuses()).toEqual(['stopped']);
  });

  test('Experiments ends one that is told to end before FIS has answered its start', async () => {
    let ending: Promise<void> | undefined;
    const stage = stageWith({
      fault: async ({ method }) => {
        if (method !== 'POST') return undefined;
        // The request has arrived, and nothing is started yet; long enough to find nothing by the template.
        ending = stage.then(({ experiments }) => experiments.stopAll());
        await pause(200);
        return undefined;
      },
    });
    const { experiments, here } = await stage;
    await Promise.allSettled([experiments.start('health-503', AT)]);
    await ending;
    expect(here.statuses()).toEqual(['stopped']);
    expect(experiments.isBreaking).toBe(false);
  });

  test('Experiments finds and ends one whose start was never confirmed', async () => {
    const fault: FakeFisBehaviour['fault'] = ({ method }) => (method === 'POST' ? 'lost' : undefined);
    const { experiments, here } = await stageWith({ fault });
    await expect(experiments.start('health-503', AT)).rejects.toThrow(/does not answer there/);
    expect(here.statuses()).toEqual(['pending']);
    expect(experiments.isBreaking).toBe(true);
    await experiments.stopAll();
    expect(here.statuses()).toEqual(['stopped']);
  });
});

describe('what does not go on', () => {
  test('Experiments notices that a stop condition has ended one', async () => {
    const { experiments, here } = await stageWith();
    await experiments.start('health-503', AT);
    here.ring();
    await expect(experiments.assertRunning(signal)).rejects.toThrow(
      /experiment EXP1 is stopped \(Experiment halted by stop condition\).*alarm/,
    );
    await experiments.stopAll();
    expect(stopsOf(here)).toEqual([]);
  });

  test('Experiments concludes nothing from a look that AWS does not answer', async () => {
    let isDown = false;
    const fault: FakeFisBehaviour['fault'] = () => (isDown ? { status: 503 } : undefined);
    const { experiments } = await stageWith({ fault });
    await experiments.start('health-503', AT);
    isDown = true;
    await experiments.assertRunning(signal);
  });
});

describe('what does not end', () => {
  test('Experiments says so, and tries again when it is asked to', async () => {
    const { experiments, here } = await stageWith({ stoppingLooks: Infinity }, { stopLimitMs: 30 });
    await experiments.start('replication-pause', AT);
    await expect(experiments.stopAll()).rejects.toThrow(/EXP1 is not over 0\.03 s after it was told to end/);
    expect(experiments.isBreaking).toBe(true);
    await expect(experiments.stopAll()).rejects.toThrow(
      /aws fis get-experiment --region eu-west-1 --id EXP1/,
    );
    expect(stopsOf(here)).toHaveLength(2);
  });

  test('Experiments takes one that is over for ended, whatever FIS says of the request', async () => {
    const fault: FakeFisBehaviour['fault'] = ({ method }) => {
      if (method !== 'DELETE') return undefined;
      open[0]?.ring();
      return { status: 400, code: 'ValidationException' };
    };
    const { experiments, here } = await stageWith({ fault });
    await experiments.start('health-503', AT);
    await experiments.stopAll();
    expect(here.statuses()).toEqual(['stopped']);
  });
});
