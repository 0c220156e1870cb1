import { createServer } from 'node:net';
import { createAmplifyTransport } from '@gsp/client';
import { fetchTransport } from '@gsp/client/fetch';
import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { isUnsent } from '../src/send-operation.ts';

/** A port at which nobody listens any more. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a port is expected');
  return address.port;
}

/** A port that takes a connection, reads, and breaks it. */
async function breakingServer() {
  const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port is expected');
  return { port: address.port, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** What each way of sending requests rejects with. */
async function failuresAt(port: number): Promise<readonly unknown[]> {
  const endpoint = `http://127.0.0.1:${port}`;
  const { signal } = new AbortController();
  const place = { region: 'eu-west-1', apiName: 'api', endpoint };
  const asked = { apiName: 'api', endpoint, method: 'GET', path: '/health', headers: {}, signal } as const;
  const sending = [
    request(`${endpoint}/health`),
    fetchTransport(asked),
    createAmplifyTransport([place])(asked),
  ];
  return Promise.all(
    sending.map((each) =>
      each.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
}

describe('isUnsent', () => {
  test('isUnsent() is true when nobody listens, whatever sent the request', async () => {
    const failures = await failuresAt(await deadPort());
    expect(failures.map((error) => isUnsent(error))).toEqual([true, true, true]);
  });

  test('isUnsent() is false when the connection breaks after the request went out', async () => {
    const server = await breakingServer();
    const failures = await failuresAt(server.port);
    await server.close();
    expect(failures.every((error) => error instanceof Error)).toBe(true);
    expect(failures.map((error) => isUnsent(error))).toEqual([false, false, false]);
  });

  test('isUnsent() ends when an error is its own cause', () => {
    const error = new Error('circle');
    error.cause = error;
    expect(isUnsent(error)).toBe(false);
  });
});
