import { ProblemError } from '@gsp/client/fetch';
import { describe, expect, it, vi } from 'vitest';
import { type WatchOptions, watchArrival } from '../src/items/watch-arrival.ts';
import { manualClock } from './manual-clock.ts';

type GetItem = WatchOptions['client']['getItem'];

const key = { pk: 'p', sk: 's' };
const item = { ...key, createdAt: '', updatedAt: '', ttl: 0, region: 'eu-west-1', version: {} };
const found: Awaited<ReturnType<GetItem>> = {
  item,
  answer: {
    region: 'eu-central-1',
    attempts: 1,
    latencyMs: 1,
    correlationId: 'c',
    etag: null,
    replayed: false,
  },
};
const notFound = new ProblemError({
  code: 'item-not-found',
  status: 404,
  detail: 'There is no such item',
  remedy: 'Check both keys.',
  correlationId: 'c',
  region: 'eu-central-1',
  retryable: false,
  problem: undefined,
});

const settle = () => new Promise((resolve) => setImmediate(resolve));

function watch(getItem: GetItem, signal = new AbortController().signal) {
  const { clock, advance } = manualClock();
  const onLook = vi.fn<WatchOptions['onLook']>();
  const ended = watchArrival({
    client: { getItem },
    clock,
    key,
    regions: ['eu-central-1'],
    acknowledgedAtMs: 0,
    signal,
    onLook,
  });
  const pass = async (steps: number, byMs: number): Promise<void> => {
    for (let step = 0; step < steps; step += 1) {
      await settle();
      advance(byMs);
    }
    await settle();
  };
  return { ended, onLook, pass };
}

describe('watchArrival()', () => {
  it('tells when the region showed the item, and asks no more', async () => {
    const getItem = vi.fn<GetItem>().mockRejectedValueOnce(notFound).mockRejectedValueOnce(notFound);
    getItem.mockResolvedValue(found);
    const { ended, onLook, pass } = watch(getItem);
    await pass(3, 40);
    await ended;
    expect(onLook.mock.calls.map(([{ look, atMs }]) => [look, atMs])).toEqual([
      ['absent', 0],
      ['absent', 40],
      ['visible', 80],
    ]);
  });

  it('asks that region alone, outside of any session', async () => {
    const getItem = vi.fn<GetItem>().mockResolvedValue(found);
    const { ended } = watch(getItem);
    await ended;
    expect(getItem.mock.calls[0]).toMatchObject([key, { region: 'eu-central-1', session: null }]);
  });

  it('goes on while the region does not answer, but gives up after a minute', async () => {
    const getItem = vi.fn<GetItem>().mockRejectedValue(new TypeError('no connection'));
    const { ended, onLook, pass } = watch(getItem);
    await pass(130, 500);
    await ended;
    expect(onLook.mock.calls.every(([{ look }]) => look === 'unreachable')).toBe(true);
    expect(onLook.mock.calls.length).toBe(120);
  });

  it('asks rarely once the first seconds are over', async () => {
    const getItem = vi.fn<GetItem>().mockRejectedValue(notFound);
    const { onLook, pass } = watch(getItem);
    await pass(1_600, 40);
    expect(onLook.mock.calls.length).toBeLessThan(3_000 / 40 + 60_000 / 500 + 2);
  });

  it('ends at once when it is aborted, and tells nothing of a late answer', async () => {
    const end = new AbortController();
    let answer = (_found: typeof found): void => undefined;
    const getItem = vi.fn<GetItem>(() => new Promise((resolve) => (answer = resolve)));
    const { ended, onLook } = watch(getItem, end.signal);
    end.abort();
    answer(found);
    await ended;
    expect(onLook).not.toHaveBeenCalled();
  });
});
