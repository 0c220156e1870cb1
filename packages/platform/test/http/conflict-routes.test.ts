import { describe, expect, it } from 'vitest';
import type { Conflict, LoggedConflict } from '../../src/contract/conflict.ts';
import { itemExample } from '../../src/contract/examples.ts';
import { problemType } from '../../src/contract/problems.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { apiUnderTest } from './api-under-test.ts';

async function logged() {
  const conflicts = memoryConflictLog();
  for (const [index, pk] of ['a', 'b', 'a', 'a'].entries()) {
    const conflict: LoggedConflict = {
      loser: { ...itemExample, pk, data: index },
      detectedAt: itemExample.updatedAt,
      detectedIn: 'eu-west-1',
      ttl: 9_999_999_999,
    };
    await conflicts.record(
      {
        pk,
        item: '0123456789abcdef',
        dot: index + 1,
        updatedAtMs: 1_000 + index,
        history: [],
        isQuiet: false,
      },
      conflict,
    );
  }
  const { call } = apiUnderTest({ conflicts });
  const acknowledge = (id: string) =>
    call('POST /conflicts/{id}/acknowledge', { pathParameters: { id }, method: 'POST' });
  return Object.assign((query: Record<string, string> = {}) => call('GET /conflicts', { query }), {
    acknowledge,
  });
}

const dataOf = (body: { conflicts: Conflict[] }) => body.conflicts.map(({ loser }) => loser.data);

describe('GET /conflicts', () => {
  it('lists the losses of one partition key, the latest first', async () => {
    const list = await logged();
    expect(dataOf((await list({ pk: 'a' })).body)).toStrictEqual([3, 2, 0]);
    expect((await list({ pk: 'nothing' })).body).toStrictEqual({ conflicts: [] });
  });

  it('pages, through one partition key and through all', async () => {
    const list = await logged();
    for (const query of [{ pk: 'a' }, {}]) {
      const seen: unknown[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await list({ ...query, limit: '1', ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...dataOf(body));
        cursor = body.cursor;
      } while (cursor !== undefined && seen.length < 10);
      expect(seen).toStrictEqual('pk' in query ? [3, 2, 0] : [3, 2, 0, 1]);
    }
  });

  it('refuses a cursor of another list, and the platform’s own keys', async () => {
    const list = await logged();
    const { cursor } = (await list({ pk: 'a', limit: '1' })).body;
    expect((await list({ pk: 'b', cursor })).body.type).toBe(problemType('invalid-cursor'));
    expect((await list({ cursor })).status).toBe(400);
    expect((await list({ pk: 'sys#conflicts' })).status).toBe(400);
  });

  it('takes a key as long as that of any entity, and none that is longer', async () => {
    const list = await logged();
    const longest = `${'n'.repeat(32)}~${'😀'.repeat(128)}`;
    expect(await list({ pk: longest })).toMatchObject({ status: 200, body: { conflicts: [] } });
    expect((await list({ pk: `${longest}x` })).status).toBe(400);
  });
});

describe('POST /conflicts/{id}/acknowledge', () => {
  it('takes the entry off both lists, and says so however often it is asked', async () => {
    const list = await logged();
    const [, second] = (await list({ pk: 'a' })).body.conflicts;
    for (const _time of ['first', 'second'])
      expect(await list.acknowledge(second.id)).toMatchObject({ status: 204 });
    expect(dataOf((await list({ pk: 'a' })).body)).toStrictEqual([3, 0]);
    expect(dataOf((await list()).body)).toStrictEqual([3, 0, 1]);
  });

  it.each(['nothing', 'MTIzNDU2Nzg5MDEyMyNhYiM3I2RlbW8', '~'])(
    'answers a problem to the id %j',
    async (id) => {
      const { acknowledge } = await logged();
      const { status, body } = await acknowledge(id);
      expect([status, body.type]).toStrictEqual(
        id === '~' ? [400, problemType('invalid-request')] : [404, problemType('conflict-not-found')],
      );
    },
  );
});
