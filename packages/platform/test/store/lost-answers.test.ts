// Goal: a call whose answer was lost on the way, and that the SDK has repeated, takes effect once and is told as made.
// Method: between client and engine stands a server that passes requests on and can withhold the next answer.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CounterStore, IncrementRecord } from '../../src/domain/counter.ts';
import { type ItemImage, keyedWriteOf } from '../../src/domain/item-image.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { systemClock as clock, transactOf } from '../../src/functions/runtime.ts';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { createTableCounterStore } from '../../src/store/table-counter-store.ts';
import { createTableItemStore } from '../../src/store/table-item-store.ts';
import { setEngineInEnvironment, startTableEngine, type TableEngine } from './start-table-engine.ts';

const time = '2026-11-22T12:00:00.000Z';

function imageOf(sk: string, dot: number, history: readonly number[] = []): ItemImage {
  return {
    ...{ pk: 'a', sk, createdAt: time, updatedAt: time, ttl: 1_795_000_000, region: 'eu-west-1' },
    ...{ version: { 'eu-west-1': dot }, dot, history, deleted: false, keyedWrites: [] },
  };
}

describe('a call whose answer is lost', () => {
  let engine: TableEngine;
  let items: ItemStore;
  let counters: CounterStore;
  let losesNext = false;
  let close = async () => {};
  const passed: string[] = [];

  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const target = String(request.headers['x-amz-target']);
    passed.push(target.slice(target.indexOf('.') + 1));
    const headers = {
      'x-amz-target': target,
      'content-type': 'application/x-amz-json-1.0',
      authorization: String(request.headers.authorization),
      'x-amz-date': String(request.headers['x-amz-date']),
    };
    const answer = await fetch(engine.endpoint, { method: 'POST', headers, body });
    const content = await answer.text();
    if (losesNext) {
      losesNext = false;
      response.destroy();
    } else {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(content);
    }
  };

  beforeAll(async () => {
    engine = await startTableEngine();
    const server = createServer((request, response) => void pass(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const restore = setEngineInEnvironment({ endpoint: `http://127.0.0.1:${port}` });
    const timeouts = { attemptsMax: 3, connectTimeoutMs: 2_000, attemptTimeoutMs: 5_000 };
    const client = createTableClient({ region: 'eu-west-1', ...timeouts });
    const table = { client, tableName: engine.tableName };
    const transact = transactOf(client);
    items = createTableItemStore({ ...table, transact, onForeignRecord: () => {} });
    counters = createTableCounterStore({ ...table, region: 'eu-west-1', clock, transact });
    close = async () => {
      client.destroy();
      restore();
      server.closeAllConnections();
      server.close();
      await engine.stop();
    };
  });
  beforeEach(() => {
    losesNext = true;
    passed.length = 0;
  });
  afterAll(() => close());

  it('replace() tells that it made the first write', async () => {
    const image = imageOf('first', 5);
    expect(await items.replace(image, undefined)).toStrictEqual({ replaced: true });
    expect(passed).toStrictEqual(['PutItem', 'PutItem']);
    expect(await items.get(image)).toStrictEqual(image);
  });

  it('replace() tells that it made a write over another', async () => {
    const [first, second] = [imageOf('second', 5), imageOf('second', 6, [5])];
    await items.replace(first, undefined);
    losesNext = true;
    expect(await items.replace(second, first)).toStrictEqual({ replaced: true });
    expect(await items.get(first)).toStrictEqual(second);
  });

  it('replace() tells that it made a write with the record of its key', async () => {
    const [first, second] = [imageOf('recorded', 5), imageOf('recorded', 6, [5])];
    const identity = { key: 'recorded', request: 'r', until: 1_795_400_000, dot: 6, hasRecord: true };
    const record = keyedWriteOf(identity, second);
    losesNext = false;
    await items.replace(first, undefined);
    losesNext = true;
    passed.length = 0;
    expect(await items.replace(second, first, { record })).toStrictEqual({ replaced: true });
    expect(passed).toStrictEqual(Array(2).fill('TransactWriteItems'));
    expect(await items.findRecord('recorded')).toStrictEqual(record);
    expect(await items.get(first)).toStrictEqual(second);
  });

  it('add() counts once', async () => {
    expect(await counters.add('plain', 3)).toBe('counted');
    expect(passed).toStrictEqual(['TransactWriteItems', 'TransactWriteItems']);
    expect(await counters.read('plain')).toBe(3);
  });

  it('addOnce() counts once, and takeBack() takes back once', async () => {
    const keyed: IncrementRecord = {
      ...{ id: 'keyed', key: 'k', request: 'r', by: 4, region: 'eu-west-1' },
      ...{ atMs: clock.nowMs(), until: 4_000_000_000, ttl: 4_000_000_000 },
    };
    expect(await counters.addOnce(keyed)).toBe('counted');
    expect(await counters.read('keyed')).toBe(4);
    losesNext = true;
    await counters.takeBack(keyed);
    expect(passed).toStrictEqual([
      ...Array(2).fill('TransactWriteItems'),
      'Query',
      ...Array(2).fill('TransactWriteItems'),
    ]);
    expect(await counters.read('keyed')).toBe(0);
  });
});
