import { describe, expect, it, vi } from 'vitest';
import {
  boundedSettings,
  createTrafficStream,
  type TrafficStreamOptions,
} from '../src/traffic/traffic-stream.ts';
import { manualClock } from './manual-clock.ts';

type StreamClient = TrafficStreamOptions['client'];

function fakeClient() {
  let count = 0;
  const answer = {
    region: 'eu-west-1',
    attempts: 1,
    latencyMs: 1,
    correlationId: 'c',
    etag: null,
    replayed: false,
  };
  const item = { pk: 'p', sk: '', createdAt: '', updatedAt: '', ttl: 0, region: 'eu-west-1', version: {} };
  return {
    writeItem: vi.fn<StreamClient['writeItem']>(async () => {
      count += 1;
      return { item: { ...item, sk: String(count) }, answer };
    }),
    getItem: vi.fn<StreamClient['getItem']>(async () => ({ item, answer })),
    listItems: vi.fn<StreamClient['listItems']>(async () => ({ items: [], answer })),
  };
}

function stream(client: StreamClient, random = () => 0.5) {
  const { clock, advance } = manualClock();
  const onFailure = vi.fn<(error: unknown) => void>();
  return { traffic: createTrafficStream({ client, clock, random, pk: 'p', onFailure }), advance, onFailure };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('createTrafficStream()', () => {
  it('sends nothing before it is started, and as many calls a second as it is told afterwards', async () => {
    const client = fakeClient();
    const { traffic, advance } = stream(client);
    advance(10_000);
    expect(client.listItems).not.toHaveBeenCalled();
    traffic.start({ requestsPerSecond: 4, writeShare: 0 });
    for (let step = 0; step < 40; step += 1) {
      advance(250);
      await settle();
    }
    expect(client.listItems).toHaveBeenCalledTimes(41);
    traffic.stop();
    advance(10_000);
    expect(client.listItems).toHaveBeenCalledTimes(41);
  });

  it('reads an item that it wrote only once that is old enough to be everywhere', async () => {
    const client = fakeClient();
    const { traffic, advance } = stream(client);
    traffic.start({ requestsPerSecond: 1, writeShare: 1 });
    await settle();
    traffic.start({ requestsPerSecond: 1, writeShare: 0 });
    advance(4_000);
    expect(client.getItem).not.toHaveBeenCalled();
    advance(1_000);
    expect(client.getItem).toHaveBeenCalledWith({ pk: 'p', sk: '1' }, expect.anything());
    traffic.stop();
  });

  it('reads nothing that a region acknowledged in the last seconds before traffic left it', async () => {
    const client = fakeClient();
    const { traffic, advance } = stream(client);
    traffic.start({ requestsPerSecond: 1, writeShare: 1 });
    await settle();
    for (let second = 0; second < 15; second += 1) {
      advance(1_000);
      await settle();
    }
    const writes = client.writeItem.mock.calls.length;
    traffic.forgetLatestOf('eu-central-1');
    traffic.forgetLatestOf('eu-west-1');
    traffic.start({ requestsPerSecond: 1, writeShare: 0 });
    advance(8_000);
    const read = new Set(client.getItem.mock.calls.map(([{ sk }]) => Number(sk)));
    expect(read.size).toBeGreaterThan(0);
    expect(Math.max(...read)).toBeLessThanOrEqual(writes - 10);
    traffic.stop();
  });

  it('does not make up in a burst for what a hidden page has missed', () => {
    const client = fakeClient();
    const { traffic, advance } = stream(client);
    traffic.start({ requestsPerSecond: 20, writeShare: 0 });
    advance(60_000, { late: true });
    expect(client.listItems.mock.calls.length).toBeLessThanOrEqual(3);
    traffic.stop();
  });

  it('has a bound for calls that nobody answers, and ends them when it is stopped', async () => {
    const client = fakeClient();
    const signals: AbortSignal[] = [];
    let gone: Promise<never> | null = null;
    client.listItems.mockImplementation((_list, options) => {
      const signal = options?.signal;
      if (signal === undefined) throw new Error('a signal is needed');
      signals.push(signal);
      gone ??= new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
      return gone;
    });
    const { traffic, advance, onFailure } = stream(client);
    traffic.start({ requestsPerSecond: 20, writeShare: 0 });
    advance(30_000);
    expect(signals).toHaveLength(60);
    traffic.stop();
    await settle();
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('tells of a call that failed and goes on', async () => {
    const client = fakeClient();
    const failure = new Error('no region answered');
    client.listItems.mockRejectedValueOnce(failure);
    const { traffic, advance, onFailure } = stream(client);
    traffic.start({ requestsPerSecond: 1, writeShare: 0 });
    await settle();
    expect(onFailure).toHaveBeenCalledWith(failure);
    advance(1_000);
    expect(client.listItems).toHaveBeenCalledTimes(2);
    traffic.stop();
  });
});

describe('boundedSettings()', () => {
  it.each([
    [
      { requestsPerSecond: 0, writeShare: -1 },
      { requestsPerSecond: 1, writeShare: 0 },
    ],
    [
      { requestsPerSecond: 900, writeShare: 2 },
      { requestsPerSecond: 20, writeShare: 1 },
    ],
    [
      { requestsPerSecond: Number.NaN, writeShare: Number.NaN },
      { requestsPerSecond: 1, writeShare: 0 },
    ],
    [
      { requestsPerSecond: 4.6, writeShare: 0.25 },
      { requestsPerSecond: 5, writeShare: 0.25 },
    ],
  ])('brings %o into its bounds', (given, bounded) => expect(boundedSettings(given)).toEqual(bounded));
});
