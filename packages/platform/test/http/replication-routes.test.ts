import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { problemType } from '../../src/contract/problems.ts';
import { replicationResponseSchema } from '../../src/contract/replication.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { memoryHeartbeatStore } from '../store/memory-heartbeat-store.ts';
import { apiUnderTest } from './api-under-test.ts';

describe('GET /replication', () => {
  it('answers how replication to this region stands', async () => {
    const heartbeats = memoryHeartbeatStore();
    const { call, clock } = apiUnderTest({ heartbeats });
    const writtenAtMs = clock.nowMs() - 30_000;
    const lagMs = new Map([['eu-west-1', 700]]);
    await heartbeats.keep({ region: 'eu-central-1', sequence: 1, writtenAtMs, lagMs });
    const { status, body } = await call('GET /replication');
    expect(status).toBe(200);
    expect(z.parse(replicationResponseSchema, body)).toStrictEqual(body);
    expect(body.peers).toMatchObject([{ region: 'eu-central-1', lagMs: 700, ageMs: 30_000 }]);
  });

  it('answers with the table’s problem when the replica cannot be read', async () => {
    const heartbeats = memoryHeartbeatStore();
    heartbeats.failure = new PlatformError('table-timeout', 'Cannot read the heartbeat');
    const { status, body } = await apiUnderTest({ heartbeats }).call('GET /replication');
    expect(status).toBe(503);
    expect(body.type).toBe(problemType('table-timeout'));
  });
});
