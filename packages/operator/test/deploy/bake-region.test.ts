import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CloudError } from '../../src/cloud/cloud-error.ts';
import { type Cloud, openCloud } from '../../src/cloud/region-clients.ts';
import { type BakeSources, bakeRegion, defaultBakeMs } from '../../src/deploy/bake-region.ts';
import { readAlarms, readErrorRate } from '../../src/deploy/bake-sources.ts';
import { parseBake } from '../../src/deploy/command.ts';
import { type AwsWire, startAwsWire } from '../cloud/aws-wire.ts';
import { type Items, type RegionalApi, startRegionalApi } from './regional-api.ts';

const signal = new AbortController().signal;

let items: Items;
let api: RegionalApi;
let peer: RegionalApi;

beforeEach(async () => {
  items = new Map();
  api = await startRegionalApi('eu-west-1', { items });
  peer = await startRegionalApi('eu-central-1', { items });
});
afterEach(async () => {
  await api.close();
  await peer.close();
});

const quiet: BakeSources = {
  alarms: async () => [],
  errorRate: async () => ({ requests: 1_000, failures: 10 }),
};

const bake = (sources: Partial<BakeSources> = {}, bakeMs = 60) =>
  bakeRegion(api, {
    peers: [peer],
    sources: { ...quiet, ...sources },
    bakeMs,
    signal,
    onProgress: () => undefined,
    intervalMs: 20,
    lagMsMax: 100,
  });

describe('bakeRegion()', () => {
  test('looks at the beginning and at the end, and tells what it saw', async () => {
    const figures = await bake();
    expect(figures).toMatchObject({ requests: 1_000, failures: 10 });
    expect(figures.rounds).toBeGreaterThanOrEqual(2);
    expect(figures.bakedMs).toBeGreaterThanOrEqual(60);
    expect(figures.lagMsMax).toBeGreaterThanOrEqual(0);
  });

  test('looks at nothing when it has no time', async () => {
    expect(await bake({}, 0)).toEqual({ bakedMs: 0, rounds: 0, requests: 0, failures: 0, lagMsMax: null });
    expect(api.requests).toEqual([]);
  });

  test('ends when an alarm rings', async () => {
    let round = 0;
    const alarms = async () => (++round === 1 ? [] : ['gsp-main-errors']);
    await expect(bake({ alarms })).rejects.toThrow(
      /^Cannot call eu-west-1 good: .*gsp-main-errors is in ALARM/,
    );
    expect(round).toBe(2);
  });

  test('ends when more than one request in a hundred fails, and not for a few of a few', async () => {
    await expect(bake({ errorRate: async () => ({ requests: 1_000, failures: 11 }) })).rejects.toThrow(
      '11 of 1000 requests were answered with 5xx',
    );
    await bake({ errorRate: async () => ({ requests: 49, failures: 49 }) });
  });

  test('ends when the region is no longer well, and not when it is only evacuated', async () => {
    api.defects.add('evacuated');
    await bake();
    api.defects.add('unhealthy');
    await expect(bake()).rejects.toThrow(/it is not well: 503/);
  }, 20_000);

  test('ends when it no longer replicates', async () => {
    peer.defects.add('not-replicating');
    await expect(bake()).rejects.toThrow(/^Cannot see in eu-central-1 what eu-west-1 wrote/);
  });

  test('passes over CloudWatch being away, and not over its refusal', async () => {
    const failing = (reason: 'unreachable' | 'denied') => async () => {
      throw new CloudError('no', { reason });
    };
    expect((await bake({ alarms: failing('unreachable'), errorRate: failing('unreachable') })).requests).toBe(
      0,
    );
    await expect(bake({ alarms: failing('denied') })).rejects.toThrow('no');
  });
});

describe('what CloudWatch is asked', () => {
  let wire: AwsWire;
  let cloud: Cloud;
  afterEach(async () => {
    cloud.close();
    vi.unstubAllEnvs();
    await wire.close();
  });

  async function answering(answer: Parameters<typeof startAwsWire>[0]) {
    wire = await startAwsWire(answer);
    for (const [name, value] of Object.entries(wire.env)) vi.stubEnv(name, value);
    cloud = openCloud();
    return cloud.region('eu-west-1');
  }

  test('readAlarms() reads all pages of the stage, metric and composite', async () => {
    const clients = await answering(({ input }) =>
      input.NextToken === undefined
        ? { MetricAlarms: [{ AlarmName: 'gsp-main-a' }], CompositeAlarms: [], NextToken: 'more' }
        : { MetricAlarms: [], CompositeAlarms: [{ AlarmName: 'gsp-main-b' }] },
    );
    const target = { project: 'gsp', stage: 'main' };
    expect(await readAlarms(clients, { target, signal })).toEqual(['gsp-main-a', 'gsp-main-b']);
    expect(wire.calls[0]).toMatchObject({
      action: 'DescribeAlarms',
      input: { AlarmNamePrefix: 'gsp-main-', StateValue: 'ALARM' },
    });
  });

  test('readAlarms() leaves out one that was just made and has heard nothing yet, for a quarter of an hour', async () => {
    const madeAt = new Date('2026-11-23T07:00:00Z');
    const made = { AlarmConfigurationUpdatedTimestamp: madeAt, TreatMissingData: 'breaching' };
    const clients = await answering(() => ({
      MetricAlarms: [
        { ...made, AlarmName: 'gsp-main-heartbeat' },
        { ...made, AlarmName: 'gsp-main-errors', TreatMissingData: 'notBreaching' },
      ],
    }));
    const target = { project: 'gsp', stage: 'main' };
    const minutesLater = (minutes: number) => () => madeAt.getTime() + minutes * 60_000;
    expect(await readAlarms(clients, { target, signal, nowMs: minutesLater(14) })).toEqual([
      'gsp-main-errors',
    ]);
    expect(await readAlarms(clients, { target, signal, nowMs: minutesLater(15) })).toEqual([
      'gsp-main-heartbeat',
      'gsp-main-errors',
    ]);
  });

  test('readErrorRate() sums whole minutes since the deployment', async () => {
    const clients = await answering(() => ({
      MetricDataResults: [
        { Id: 'requests', Timestamps: [], Values: [100, 50] },
        { Id: 'failures', Timestamps: [], Values: [3] },
      ],
    }));
    const from = new Date('2026-11-23T07:00:30Z');
    const to = new Date('2026-11-23T07:05:00Z');
    expect(await readErrorRate(clients, { apiId: 'a1', from, to, signal })).toEqual({
      requests: 150,
      failures: 3,
    });
    const [call] = wire.calls;
    expect(call?.action).toBe('GetMetricData');
    expect(JSON.stringify(call?.input)).toMatch(/"ApiId".*"a1".*"Count".*"5xx"|"Count".*"a1".*"5xx"/);
    expect(Number(new Date(Number(call?.input.StartTime) * 1_000))).toBe(Date.parse('2026-11-23T07:01:00Z'));
  });

  test('readErrorRate() asks nothing before the first whole minute', async () => {
    const clients = await answering(() => undefined);
    const from = new Date('2026-11-23T07:00:30Z');
    const to = new Date('2026-11-23T07:00:50Z');
    expect(await readErrorRate(clients, { apiId: 'a1', from, to, signal })).toEqual({
      requests: 0,
      failures: 0,
    });
    expect(wire.calls).toEqual([]);
  });
});

describe('parseBake()', () => {
  test.each([
    ['0', 0],
    ['5s', 5_000],
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
  ])('takes %s', (text, ms) => {
    expect(parseBake(text)).toBe(ms);
  });

  test.each(['', '5', '-1m', '1.5m', '25h', '10 m', 'm'])("refuses '%s'", (text) => {
    expect(() => parseBake(text)).toThrow(/is not/);
  });

  test('defaultBakeMs() watches listed stages only', () => {
    expect([defaultBakeMs('listed'), defaultBakeMs('preview'), defaultBakeMs('sandbox')]).toEqual([
      120_000, 0, 0,
    ]);
  });
});
