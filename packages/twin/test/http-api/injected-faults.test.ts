import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { InjectedFaults } from '../../src/http-api/injected-faults.ts';
import { answering, definitionOf, routeOf, serve } from './http-api-fixture.ts';

/** Numbers that come round again and again. */
function repeating(...numbers: readonly number[]): () => number {
  let index = 0;
  return () => numbers[index++ % numbers.length] ?? 0;
}

async function serveWith(faults: InjectedFaults) {
  const invocations: unknown[] = [];
  const invoke = answering((event) => {
    invocations.push(event);
    return { statusCode: 200, body: 'done' };
  });
  const definition = definitionOf({
    routes: [routeOf('GET /items'), routeOf('POST /items')],
    accessLogFormat: '{"status":"$context.status","why":"$context.integrationErrorMessage"}',
    cors: { allowOrigins: ['https://app.example'], allowMethods: ['*'], allowHeaders: ['*'] },
  });
  return { ...(await serve(definition, { invoke, faults })), invocations };
}

describe('InjectedFaults', () => {
  test('answers a share of 1 with 503 in the form of the API before any function runs', async () => {
    const faults = new InjectedFaults({ slowMs: 0, errorShare: 1 }, () => 0.999_999);
    const { url, invocations, lines, api } = await serveWith(faults);
    const response = await fetch(`${url}/items`, { headers: { origin: 'https://app.example' } });
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('apigw-requestid')).not.toBeNull();
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
    expect(invocations).toEqual([]);
    expect(lines[0]?.message).toContain('injected fault');
    expect(api.stats().serverErrors).toBe(1);
    expect(faults.report()).toEqual({ slowMs: 0, errorShare: 1, slowed: 0, failed: 1 });
  });

  test('meets the share of requests that its random numbers choose', async () => {
    const faults = new InjectedFaults({ slowMs: 0, errorShare: 0.25 }, repeating(0.1, 0.25, 0.24, 0.9));
    const { url, invocations } = await serveWith(faults);
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await fetch(`${url}/items`)).status);
    expect(statuses).toEqual([503, 200, 503, 200]);
    expect(invocations).toHaveLength(2);
  });

  test('answers as much later as it says, and runs the function only then', async () => {
    const faults = new InjectedFaults({ slowMs: 150, errorShare: 0 }, Math.random);
    const { url, invocations } = await serveWith(faults);
    const started = performance.now();
    const answer = fetch(`${url}/items`, { method: 'POST', body: 'x'.repeat(200_000) });
    expect((await answer).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(149);
    expect(invocations).toHaveLength(1);
    expect(faults.report().slowed).toBe(1);
  });

  test('holds up the answers of its own share of errors, too', async () => {
    const faults = new InjectedFaults({ slowMs: 120, errorShare: 1 }, () => 0);
    const { url } = await serveWith(faults);
    const started = performance.now();
    expect((await fetch(`${url}/items`)).status).toBe(503);
    expect(performance.now() - started).toBeGreaterThanOrEqual(119);
  });

  test.each([0, 30_000])(
    'does nothing for a client that gave up while held up, after %i bytes',
    async (length) => {
      const faults = new InjectedFaults({ slowMs: 60_000, errorShare: 0 }, Math.random);
      const { url, invocations, api } = await serveWith(faults);
      const outgoing = request(`${url}/items`, { method: 'POST', headers: { 'content-length': length } });
      const closed = new Promise((resolve) => outgoing.once('close', resolve));
      outgoing.on('error', () => undefined);
      outgoing.end('x'.repeat(length));
      await expect.poll(() => faults.report().slowed).toBe(1);
      outgoing.destroy();
      await closed;
      await expect.poll(() => api.stats().inFlight).toBe(0);
      faults.set({ slowMs: 0, errorShare: 0 });
      expect((await fetch(`${url}/items`)).status).toBe(200);
      expect(invocations).toHaveLength(1);
    },
  );

  test('lets everything pass again when both faults are taken away', async () => {
    const faults = new InjectedFaults({ slowMs: 60_000, errorShare: 1 }, () => 0);
    const { url } = await serveWith(faults);
    faults.set({ slowMs: 0, errorShare: 0 });
    expect((await fetch(`${url}/items`)).status).toBe(200);
    expect(faults.report()).toEqual({ slowMs: 0, errorShare: 0, slowed: 0, failed: 0 });
  });
});
