import { describe, expect, it } from 'vitest';
import type { Conflict } from '../../src/contract/conflict.ts';
import { itemExample } from '../../src/contract/examples.ts';
import { problemType } from '../../src/contract/problems.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { apiUnderTest } from './api-under-test.ts';

async function logged() {
  const conflicts = memoryConflictLog();
  for (const [index, pk] of ['a', 'b', 'a', 'a'].entries()) {
    const conflict: Conflict = {
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
  return (query: Record<string, string> = {}) => call('GET /conflicts', { query });
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
});
