import { describe, expect, it, vi } from 'vitest';
import {
  type WriteInEveryRegionOptions,
  writeInEveryRegion,
} from '../src/conflicts/write-in-every-region.ts';
import { itemOf } from './items-of-test.ts';

type PutItem = WriteInEveryRegionOptions['client']['putItem'];

const { signal } = new AbortController();
const drafts = [
  { region: 'eu-west-1', data: 'A' },
  { region: 'eu-central-1', data: 'B' },
];

describe('writeInEveryRegion()', () => {
  it('sends every write before any is answered, each to its region and outside of a session', async () => {
    let sent = 0;
    const bothSent = vi.fn<() => void>();
    const putItem = vi.fn<PutItem>(async (_put, options) => {
      sent += 1;
      if (sent === 2) bothSent();
      await vi.waitFor(() => expect(bothSent).toHaveBeenCalled());
      const region = options?.region ?? 'none';
      return {
        item: itemOf(),
        answer: { region, attempts: 1, latencyMs: 7, correlationId: 'c', etag: null, replayed: false },
      };
    });
    const outcomes = await writeInEveryRegion({ pk: 'p', sk: 's' }, { client: { putItem }, signal, drafts });
    expect(outcomes).toEqual([
      { region: 'eu-west-1', latencyMs: 7, error: null },
      { region: 'eu-central-1', latencyMs: 7, error: null },
    ]);
    expect(putItem.mock.calls.map(([put, options]) => [put.data, options?.region, options?.session])).toEqual(
      [
        ['A', 'eu-west-1', null],
        ['B', 'eu-central-1', null],
      ],
    );
  });

  it('tells of each region by itself when one refuses', async () => {
    const failure = new Error('no connection');
    const putItem = vi.fn<PutItem>(async (_put, options) => {
      if (options?.region === 'eu-west-1') throw failure;
      return {
        item: itemOf(),
        answer: {
          region: 'eu-central-1',
          attempts: 1,
          latencyMs: 3,
          correlationId: 'c',
          etag: null,
          replayed: false,
        },
      };
    });
    expect(await writeInEveryRegion({ pk: 'p', sk: 's' }, { client: { putItem }, signal, drafts })).toEqual([
      { region: 'eu-west-1', latencyMs: null, error: failure },
      { region: 'eu-central-1', latencyMs: 3, error: null },
    ]);
  });
});
