import { describe, expect, onTestFinished, test } from 'vitest';
import { ConnectionPool, PoolClosedError } from '../../src/global-endpoint/connection-pool.ts';
import { type Endpoint, httpEndpoint } from '../route53/endpoint-fixture.ts';

const GET = { path: '/', method: 'GET' } as const;

function poolBefore(endpoints: Readonly<Record<string, Endpoint>>): ConnectionPool {
  const connectTo = (address: string) => ({ host: '127.0.0.1', port: endpoints[address]?.port ?? 0 });
  const pool = new ConnectionPool(connectTo, 60_000);
  onTestFinished(() => pool.close());
  return pool;
}

/** An endpoint whose answers come when the test says so. */
async function waitingEndpoint(): Promise<Endpoint & { answer: () => void; asked: () => number }> {
  const waiting: (() => void)[] = [];
  const endpoint = await httpEndpoint((_, response) => waiting.push(() => response.end('done')));
  const answer = () => {
    for (const each of waiting) each();
  };
  return { ...endpoint, asked: () => waiting.length, answer };
}

describe('ConnectionPool', () => {
  test('lets a request under way on a former address finish, then closes its connection', async () => {
    const [a, b] = [await waitingEndpoint(), await waitingEndpoint()];
    const pool = poolBefore({ a, b });
    const onA = pool.to('a').request(GET);
    await expect.poll(a.asked).toBe(1);
    const onB = pool.to('b').request(GET);
    await expect.poll(b.asked).toBe(1);
    a.answer();
    expect(await (await onA).body.text()).toBe('done');
    await expect.poll(() => a.open.size).toBe(0);
    expect(b.open.size).toBe(1);
    b.answer();
    expect(await (await onB).body.text()).toBe('done');
  });

  test('uses a connection again while the address stays', async () => {
    const connections = new Set<unknown>();
    const a = await httpEndpoint(({ socket }, response) => {
      connections.add(socket);
      response.end('done');
    });
    const pool = poolBefore({ a });
    for (let times = 0; times < 10; times += 1) await (await pool.to('a').request(GET)).body.text();
    // A body's end is told just before its connection is free again, so that a second one may be made.
    expect(connections.size).toBeLessThanOrEqual(2);
  });

  test('cuts what is under way on former addresses too when it is closed', async () => {
    const endpoints = { a: await waitingEndpoint(), b: await waitingEndpoint(), c: await waitingEndpoint() };
    const pool = poolBefore(endpoints);
    const failures: Promise<unknown>[] = [];
    for (const [address, { asked }] of Object.entries(endpoints)) {
      failures.push(
        pool
          .to(address)
          .request(GET)
          .then(
            () => 'answered',
            (error: unknown) => error,
          ),
      );
      await expect.poll(asked).toBe(1);
    }
    await pool.close();
    for (const failure of await Promise.all(failures))
      expect(failure).toMatchObject({ code: 'UND_ERR_DESTROYED' });
    for (const { open } of Object.values(endpoints)) await expect.poll(() => open.size).toBe(0);
  });

  test('connects to nothing after it was closed', async () => {
    const a = await waitingEndpoint();
    const pool = poolBefore({ a });
    pool.to('a');
    await pool.close();
    expect(() => pool.to('a')).toThrow(PoolClosedError);
    await pool.close();
  });
});
