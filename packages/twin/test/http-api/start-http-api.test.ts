import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { HttpApiError, type Invoke } from '../../src/http-api/http-api-definition.ts';
import { startHttpApi } from '../../src/http-api/start-http-api.ts';
import { definitionOf, ECHO, routeOf, serve } from './http-api-fixture.ts';

describe('startHttpApi()', () => {
  test('listens on every address, leaves out a missing optional one', async () => {
    const listen = [
      { host: '127.0.0.1', port: 0 },
      { host: '203.0.113.1', port: 0, optional: true },
      { host: '127.0.0.1', port: 0 },
    ];
    const { api } = await serve(definitionOf(), { invoke: ECHO, listen });
    expect(api.addresses).toHaveLength(2);
    for (const { port } of api.addresses) expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200);
  });

  test('fails with the port and the remedy when an address is in use, and listens on none', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void blocker.close());
    await vi.waitFor(() => expect(blocker.listening).toBe(true), { timeout: 5000 });
    const { port } = blocker.address() as AddressInfo;
    const starting = startHttpApi({
      definition: definitionOf(),
      region: 'eu-west-1',
      accountId: '123456789012',
      listen: [
        { host: '127.0.0.1', port: 0 },
        { host: '127.0.0.1', port },
      ],
      invoke: ECHO,
      log: () => {},
    });
    const error = await starting.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HttpApiError);
    expect(error).toMatchObject({
      code: 'AddressInUse',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  test('keeps the old definition when a swap brings an invalid route', async () => {
    const { api, url } = await serve(definitionOf({ routes: [routeOf('GET /a')] }), { invoke: ECHO });
    expect(() => api.swap(definitionOf({ routes: [routeOf('nonsense')] }))).toThrow(HttpApiError);
    expect((await fetch(`${url}/a`)).status).toBe(200);
  });

  test('close() waits for a request under way and cuts one that takes too long', async () => {
    let finish = (): void => {};
    const invoke: Invoke = () =>
      new Promise((resolve) => {
        finish = () => resolve({ outcome: 'success', requestId: 'r', payload: '"late"' });
      });
    const { api, url } = await serve(definitionOf(), { invoke });
    const underway = fetch(url);
    await vi.waitFor(() => expect(api.stats().inFlight).toBe(1), { timeout: 5000 });
    const startedMs = performance.now();
    const closing = api.close({ graceMs: 5000 });
    finish();
    expect(await (await underway).text()).toBe('late');
    await closing;
    expect(performance.now() - startedMs).toBeLessThan(2500);

    const second = await serve(definitionOf(), { invoke });
    const stuck = fetch(second.url);
    await vi.waitFor(() => expect(second.api.stats().inFlight).toBe(1), { timeout: 5000 });
    const cut = expect(stuck).rejects.toThrow();
    await second.api.close({ graceMs: 20 });
    await cut;
  });
});
