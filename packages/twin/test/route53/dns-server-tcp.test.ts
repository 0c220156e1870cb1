import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../../test/twin/support/eventually.ts';
import { startDnsServer } from '../../src/route53/dns-server.ts';
import { askTcp, decoded, queryBytes, withLength } from './dns-fixture.ts';
import { failoverAuthority, failoverServer, GLOBAL_NAME } from './failover-server-fixture.ts';

describe('DNS server over TCP', () => {
  test('answers several queries of one connection, in one piece or byte by byte', async () => {
    const { port } = await failoverServer();
    const queries = [1, 2, 3].map((id) => withLength(queryBytes(GLOBAL_NAME, 'A', { id })));
    const joined = Buffer.concat(queries);
    for (const pieces of [[joined], queries, Array.from(joined, (byte) => Uint8Array.of(byte))]) {
      const answers = await askTcp(port, pieces, 3);
      expect(answers.map((answer) => decoded(answer).id)).toEqual([1, 2, 3]);
    }
  });

  test('closes the connection on what is no query, and serves the next', async () => {
    const { port } = await failoverServer();
    for (const length of [0, 3, 11])
      expect(await askTcp(port, [withLength(Buffer.alloc(length))], 1)).toEqual([]);
    expect(await askTcp(port, [withLength(queryBytes(GLOBAL_NAME, 'A'))], 1)).toHaveLength(1);
  });

  test('outlives any bytes, and answers afterwards', async () => {
    const { port } = await failoverServer();
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, bytes.map(withLength)), async (nonsense) => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        await new Promise((resolve) => socket.end(nonsense, () => resolve(undefined)));
        expect(await askTcp(port, [withLength(queryBytes(GLOBAL_NAME, 'A'))], 1)).toHaveLength(1);
        socket.destroy();
      }),
      { numRuns: 60 },
    );
  });

  test('holds no more connections than its bound, and serves on when they are gone', async () => {
    const { port } = await failoverServer();
    const sockets = Array.from({ length: 300 }, () =>
      connect(port, '127.0.0.1').on('error', () => undefined),
    );
    let closed = 0;
    for (const socket of sockets) socket.once('close', () => (closed += 1));
    await eventually(() => closed >= 300 - 256);
    expect(closed).toBe(300 - 256);
    for (const socket of sockets) socket.destroy();
    await eventually(
      async () =>
        (await askTcp(port, [withLength(queryBytes(GLOBAL_NAME, 'A'))], 1).catch(() => [])).length === 1,
    );
  });

  test('ends open connections when it closes', async () => {
    const dns = await startDnsServer({ host: '127.0.0.1', port: 0, route53: failoverAuthority() });
    const socket = connect(dns.port, '127.0.0.1').on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await dns.close();
    await closed;
  });
});
