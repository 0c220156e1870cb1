import { type AnswerFacts, ProblemError } from '@gsp/client/fetch';
import type { Item } from '@gsp/platform/contract';
import { describe, expect, it, vi } from 'vitest';
import { type RestoreOptions, restoreLostWrite } from '../src/conflicts/restore-lost-write.ts';
import { conflictOf, itemOf } from './items-of-test.ts';

type RestoreClient = RestoreOptions['client'];

const { signal } = new AbortController();
const answer: AnswerFacts = {
  region: 'eu-central-1',
  attempts: 1,
  latencyMs: 1,
  correlationId: 'c',
  etag: '"eu-central-1=9"',
  replayed: false,
};

function problem(code: 'item-not-found' | 'item-changed'): ProblemError {
  return new ProblemError({
    code,
    status: code === 'item-not-found' ? 404 : 412,
    detail: code,
    remedy: 'Read it again.',
    correlationId: 'c',
    region: 'eu-central-1',
    retryable: false,
    problem: undefined,
  });
}

function fakeClient() {
  const restored = itemOf({ data: 'A' });
  return {
    getItem: vi.fn<RestoreClient['getItem']>(async () => ({ item: itemOf({ data: 'B' }), answer })),
    putItem: vi.fn<RestoreClient['putItem']>(async () => ({ item: restored, answer })),
    deleteItem: vi.fn<RestoreClient['deleteItem']>(async () => ({ answer })),
  };
}

describe('restoreLostWrite()', () => {
  it('writes the lost data over what is there, in the region that was read, if that is there still', async () => {
    const client = fakeClient();
    await restoreLostWrite(conflictOf(), { client, signal });
    expect(client.putItem.mock.calls).toMatchObject([
      [
        { pk: 'p', sk: 's', data: 'A' },
        { ifMatch: '"eu-central-1=9"', region: 'eu-central-1', session: null },
      ],
    ]);
  });

  it('makes the item anew when it is gone, unless somebody was faster', async () => {
    const client = fakeClient();
    client.getItem.mockRejectedValue(problem('item-not-found'));
    await restoreLostWrite(conflictOf(), { client, signal });
    expect(client.putItem.mock.calls[0]?.[1]).toMatchObject({ ifNoneMatch: '*', region: 'eu-central-1' });
  });

  it('lets the item live as long as the one of the two that lives longer', async () => {
    const nowMs = () => 1_795_348_800_000;
    const nowSeconds = nowMs() / 1000;
    const lifeWith = async (lost: number | undefined, present: number | undefined) => {
      const client = fakeClient();
      const withLife = (item: Item, ttl: number | undefined): Item => {
        const { ttl: _none, ...rest } = item;
        return ttl === undefined ? rest : { ...rest, ttl };
      };
      client.getItem.mockResolvedValue({ item: withLife(itemOf({ data: 'B' }), present), answer });
      const conflict = conflictOf({ loser: withLife(itemOf({ data: 'A' }), lost) });
      await restoreLostWrite(conflict, { client, signal, nowMs });
      const [put] = client.putItem.mock.calls[0] ?? [];
      return put === undefined || !('ttlSeconds' in put) ? 'as it is' : put.ttlSeconds;
    };
    expect(await lifeWith(nowSeconds + 60, nowSeconds + 3_600)).toBe('as it is');
    expect(await lifeWith(nowSeconds + 86_400, nowSeconds + 3_600)).toBe(86_400);
    expect(await lifeWith(undefined, nowSeconds + 3_600)).toBeNull();
    expect(await lifeWith(nowSeconds + 60, undefined)).toBe('as it is');
    expect(await lifeWith(nowSeconds - 60, nowSeconds - 90)).toBe(1);
  });

  it('passes on that somebody has written in between, and writes nothing over it', async () => {
    const client = fakeClient();
    client.putItem.mockRejectedValue(problem('item-changed'));
    await expect(restoreLostWrite(conflictOf(), { client, signal })).rejects.toMatchObject({
      code: 'item-changed',
    });
    expect(client.putItem).toHaveBeenCalledTimes(1);
  });

  it('deletes again what a lost deletion was to delete', async () => {
    const client = fakeClient();
    const deletion = conflictOf({ loser: { ...itemOf(), deleted: true } });
    await expect(restoreLostWrite(deletion, { client, signal })).resolves.toBeNull();
    expect(client.deleteItem.mock.calls[0]?.[1]).toMatchObject({ ifMatch: '"eu-central-1=9"' });
    expect(client.putItem).not.toHaveBeenCalled();
  });

  it('leaves alone what a lost deletion finds deleted', async () => {
    const client = fakeClient();
    client.getItem.mockRejectedValue(problem('item-not-found'));
    const deletion = conflictOf({ loser: { ...itemOf(), deleted: true } });
    await restoreLostWrite(deletion, { client, signal });
    expect(client.deleteItem).not.toHaveBeenCalled();
  });

  it('writes nothing when the item cannot be read', async () => {
    const client = fakeClient();
    client.getItem.mockRejectedValue(new TypeError('no connection'));
    await expect(restoreLostWrite(conflictOf(), { client, signal })).rejects.toThrow('no connection');
    expect(client.putItem).not.toHaveBeenCalled();
  });
});
