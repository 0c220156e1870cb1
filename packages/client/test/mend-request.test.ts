import { describe, expect, it } from 'vitest';
import { isOutcomeUnknownError, isProblemError } from '../src/client-error.ts';
import { createSession } from '../src/session.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { broken, good, problem } from './support/scripted-transport.ts';

const token = '1~0123456789abcdef.eu-west-1.a.b.c.d';
const key = { pk: 'demo', sk: 'a' };
const serverTime = '2030-01-01T00:00:00.000Z';

describe('a session that the platform does not take', () => {
  it('is dropped once, and the call is made without it', async () => {
    const session = createSession(token);
    const { client, drive, transport, events } = createScriptedClient(({ request }) =>
      request.headers['x-session'] === undefined ? good(west) : problem(west, 'invalid-session'),
    );
    await drive(client.getItem(key, { session }));
    await drive(client.getItem(key, { session }));
    expect(transport.sent.map(({ request }) => 'x-session' in request.headers)).toEqual([true, false, false]);
    expect(session.token).toBeUndefined();
    expect(events['session-dropped']).toMatchObject([{ region: west }]);
  });

  it('is no loop where the platform goes on refusing', async () => {
    const { client, failureOf, asked } = createScriptedClient(() => problem(west, 'invalid-session'));
    const error = await failureOf(client.getItem(key, { session: createSession(token) }));
    expect(isProblemError(error, 'invalid-session')).toBe(true);
    expect(asked()).toHaveLength(2);
  });
});

describe('an idempotency key that is out of its window', () => {
  const outOfWindow = problem(west, 'idempotency-key-out-of-window', { serverTime });

  it('is replaced once, as nothing was made, and later keys have the time of the platform', async () => {
    const { client, drive, transport } = createScriptedClient(
      (_, index) => (index === 0 ? outOfWindow : good(west)),
      { usesUuids: true },
    );
    await drive(client.writeItem({ data: 1 }));
    await drive(client.writeItem({ data: 2 }));
    const keys = transport.sent.map(({ request }) => request.headers['idempotency-key'] ?? '');
    expect(new Set(keys).size).toBe(3);
    const timesMs = keys.map((each) => Number.parseInt(each.slice(0, 8) + each.slice(9, 13), 16));
    for (const timeMs of timesMs.slice(1)) expect(timeMs - Date.parse(serverTime)).toBeLessThan(60_000);
    for (const timeMs of timesMs.slice(1)) expect(timeMs - Date.parse(serverTime)).toBeGreaterThanOrEqual(0);
  });

  it('is not replaced where an earlier attempt may have made the write, and the caller is told so', async () => {
    const { client, failureOf, transport } = createScriptedClient(({ region }) =>
      region === west ? broken : problem(central, 'idempotency-key-out-of-window', { serverTime }),
    );
    const error = await failureOf(client.writeItem({ data: 1 }));
    expect(isOutcomeUnknownError(error)).toBe(true);
    expect(new Set(transport.sent.map(({ request }) => request.headers['idempotency-key'])).size).toBe(1);
  });

  it('is not replaced where it is the caller’s own', async () => {
    const { client, failureOf, asked } = createScriptedClient(() => outOfWindow);
    const error = await failureOf(client.writeItem({ data: 1 }, { idempotencyKey: 'mine' }));
    expect(isProblemError(error, 'idempotency-key-out-of-window')).toBe(true);
    expect(asked()).toHaveLength(1);
  });

  it('is no loop where another key is refused as well', async () => {
    const { client, failureOf, asked } = createScriptedClient(() => outOfWindow);
    expect(isProblemError(await failureOf(client.writeItem({})))).toBe(true);
    expect(asked()).toHaveLength(2);
  });
});

describe('a region’s record', () => {
  const stateOf = (views: readonly { readonly region: string; readonly state: string }[]) =>
    views.map(({ state }) => state);

  it.each(['table-throttled', 'internal-error'] as const)(
    'has nothing of %s, which speaks of a key or a request',
    async (code) => {
      const { client, failureOf } = createScriptedClient(({ region }) => problem(region, code));
      for (let call = 0; call < 6; call += 1)
        await failureOf(client.incrementCounter({ id: 'hot' }, { region: call % 2 ? west : central }));
      expect(stateOf(client.regions())).toEqual(['closed', 'closed']);
    },
  );

  it.each(['table-unavailable', 'table-timeout'] as const)(
    'has %s, which speaks of the region',
    async (code) => {
      const { client, failureOf } = createScriptedClient(({ region }) => problem(region, code));
      for (let call = 0; call < 3; call += 1) await failureOf(client.getItem(key, { region: west }));
      expect(client.regions().find(({ region }) => region === west)?.state).toBe('open');
    },
  );
});
