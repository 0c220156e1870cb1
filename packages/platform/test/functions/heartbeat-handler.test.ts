// Goal: the heartbeat's function and the route that tells of it work together over a real engine. Method: every
// client, whatever its region, asks one engine, so that what this region writes is seen by its peer at once.
import { describe, expect, it } from 'vitest';
import { createHeartbeatHandler } from '../../src/functions/heartbeat-handler.ts';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { createTableHeartbeatStore } from '../../src/store/table-heartbeat-store.ts';
import { call, functionsUnderTest } from './functions-under-test.ts';

describe('functions', () => {
  const functions = functionsUnderTest();

  /** Made when the environment is there. */
  const load = () => createHeartbeatHandler(process.env);

  const storeOf = () =>
    createTableHeartbeatStore({
      client: createTableClient({
        ...{ region: 'eu-central-1', attemptsMax: 1, connectTimeoutMs: 1_000, attemptTimeoutMs: 1_000 },
      }),
      ...{ tableName: functions.engine.tableName, isConsistent: true, onForeignRecord: () => {} },
    });

  it('tell by GET /replication what a peer’s heartbeat says, and nothing before there is one', async () => {
    const before = await call(functions.api, 'GET /replication');
    expect(before).toMatchObject({ status: 200, body: { peers: [{ region: 'eu-central-1', ageMs: null }] } });
    const lagMs = new Map([['eu-west-1', 250]]);
    await storeOf().keep({ region: 'eu-central-1', sequence: 1, writtenAtMs: Date.now() - 5_000, lagMs });
    const { body } = await call(functions.api, 'GET /replication');
    expect(body.peers).toMatchObject([{ region: 'eu-central-1', lagMs: 250 }]);
    expect(body.peers[0].ageMs).toBeGreaterThanOrEqual(5_000);
  });

  it('give a sign of life, measure its lag, and tell it with the next', async () => {
    const heartbeat = load();
    await heartbeat();
    const [line] = functions.lines.map((each) => JSON.parse(each));
    expect(line).toMatchObject({ Project: 'gsp', Stage: 'main', Peer: 'eu-central-1' });
    expect(line.ReplicationLag).toBeGreaterThanOrEqual(0);
    const first = await storeOf().read('eu-west-1');
    await heartbeat();
    const second = await storeOf().read('eu-west-1');
    expect(second?.sequence).toBeGreaterThan(first?.sequence ?? Number.POSITIVE_INFINITY);
    expect(second?.lagMs.get('eu-central-1')).toBe(line.ReplicationLag);
  });

  it('fail when the table is gone, for the schedule to count it', async () => {
    const heartbeat = load();
    await functions.engine.stop();
    await expect(heartbeat()).rejects.toMatchObject({ code: 'table-unavailable' });
    expect(functions.lines.join('')).not.toContain('ReplicationLag');
  });
});
