import { describe, expect, it, vi } from 'vitest';
import { isDeadlineExceededError } from '../src/client-error.ts';
import { settle } from './support/fake-clock.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { answer, broken, good, hanging, problem } from './support/scripted-transport.ts';

const key = { pk: 'demo', sk: 'a' };

describe('createClient() keeps the deadline', () => {
  it('when no region ever answers', async () => {
    const { client, failureOf, clock, engineClock, transport } = createScriptedClient(() => hanging);
    const error = await failureOf(client.putItem({ ...key, data: 1 }, { idempotencyKey: 'mine' }));
    expect(clock.nowMs()).toBe(6_000);
    expect(isDeadlineExceededError(error)).toBe(true);
    expect(error).toMatchObject({
      timeoutMs: 5_000,
      idempotencyKey: 'mine',
      cause: { name: 'TransportError' },
    });
    expect(transport.sent.every(({ request }) => request.signal.aborted)).toBe(true);
    expect(engineClock.pending).toBe(0);
  });

  it('in the middle of a retry, which gets all the time that is left when it is the last', async () => {
    const { client, drive, transport } = createScriptedClient((_, index) =>
      index === 0 ? hanging : good(central, {}, { afterMs: 1_350 }),
    );
    const { answer: facts } = await drive(client.writeItem({}, { timeoutMs: 2_400 }));
    expect(facts).toMatchObject({ region: central, latencyMs: 2_350 });
    expect(transport.sent.map(({ atMs }) => atMs)).toEqual([1_000, 2_000]);
  });

  it('and waits on beyond the time of an attempt when the retry budget allows no other', async () => {
    const { client, drive, transport } = createScriptedClient(
      ({ region }, index) =>
        index === 0 ? hanging : good(region, {}, { afterMs: index === 1 ? 1_800 : 900 }),
      { retryBudget: { ratio: 0, reserve: 1 } },
    );
    // Both begin while there is a token; the first takes it when its attempt has had its time.
    const [one, two] = await drive(Promise.all([client.writeItem({}), client.writeItem({})]));
    expect(one.answer).toMatchObject({ region: central, attempts: 2 });
    expect(two.answer).toMatchObject({ region: west, attempts: 1, latencyMs: 1_800 });
    expect(transport.sent).toHaveLength(3);
  });

  it('and gives a slow region more time where no other is in service', async () => {
    const { client, drive, transport } = createScriptedClient(() => good(west, {}, { afterMs: 2_200 }), {
      regions: [west],
    });
    expect((await drive(client.writeItem({}))).answer).toMatchObject({ attempts: 1, latencyMs: 2_200 });
    expect(transport.sent).toHaveLength(1);
  });

  it('in the middle of a retry that does not make it', async () => {
    const { client, failureOf, clock } = createScriptedClient((_, index) => (index === 0 ? broken : hanging));
    const error = await failureOf(client.writeItem({}, { timeoutMs: 1_200 }));
    expect(clock.nowMs()).toBe(2_200);
    expect(error).toMatchObject({
      name: 'DeadlineExceededError',
      attempts: [{ region: west }, { region: central }],
    });
  });

  it('even of a transport that neither answers nor can be aborted', async () => {
    const { client, failureOf, clock } = createScriptedClient(() => ({ hangs: true, ignoresAbort: true }));
    await failureOf(client.getItem(key, { timeoutMs: 300 }));
    expect(clock.nowMs()).toBe(1_300);
  });

  it('and blames no region for a caller with little time', async () => {
    const { client, failureOf } = createScriptedClient(() => hanging);
    for (let call = 0; call < 5; call += 1) await failureOf(client.writeItem({}, { timeoutMs: 50 }));
    expect(client.regions().map(({ state }) => state)).toEqual(['closed', 'closed']);
  });

  it('and blames no region when the clock jumped, as on a laptop that slept', async () => {
    const { client, engineClock, failureOf, clock, events } = createScriptedClient(() => hanging);
    const calls = Array.from({ length: 5 }, () => failureOf(client.writeItem({})));
    await settle();
    engineClock.jump(3_600_000);
    await clock.run(1_000);
    for (const error of await Promise.all(calls))
      expect(error).toMatchObject({ name: 'DeadlineExceededError' });
    expect(events.attempt).toHaveLength(5);
    expect(events.attempt[0]).toMatchObject({ outcome: 'abandoned', reason: 'clock jumped' });
    expect(client.regions()).toMatchObject([
      { region: west, state: 'closed', isPreferred: true },
      { region: central, state: 'closed' },
    ]);
    expect(engineClock.pending).toBe(0);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    'and refuses %s as one',
    async (timeoutMs) => {
      const { client, asked } = createScriptedClient(() => good(west));
      await expect(client.getItem(key, { timeoutMs })).rejects.toThrow(
        /Cannot wait for an answer: timeoutMs is/,
      );
      expect(asked()).toEqual([]);
      expect(() => createScriptedClient(() => hanging, { attemptTimeoutMs: timeoutMs })).toThrow(RangeError);
    },
  );
});

describe('createClient() ends a call whose caller has gone', () => {
  const reason = new Error('the user left');

  it.each([
    ['an answer', () => hanging, 30],
    ['a backoff', () => broken, 11],
    [
      'a Retry-After',
      ({ region }: { region: string }) => problem(region, 'table-throttled', { retryAfter: 3 }),
      500,
    ],
  ])('while it waits for %s', async (_, script, atMs) => {
    const { client, clock, engineClock, transport, events } = createScriptedClient(script);
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const call = client.writeItem({}, { signal: controller.signal });
    const rejected = expect(call).rejects.toBe(reason);
    await clock.run(atMs);
    const sent = transport.sent.length;
    controller.abort(reason);
    await rejected;
    expect(events.call).toMatchObject([{ outcome: 'aborted', region: null }]);
    expect(added.mock.calls.length).toBe(removed.mock.calls.length);
    expect(engineClock.pending).toBe(0);
    await clock.run(10_000);
    expect(transport.sent).toHaveLength(sent);
    expect(client.regions().every(({ state }) => state === 'closed')).toBe(true);
  });

  it('before it sends anything when the signal was aborted already', async () => {
    const { client, asked } = createScriptedClient(() => good(west));
    await expect(client.getItem(key, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(asked()).toEqual([]);
  });

  it('leaves no listener on a signal that outlives the call', async () => {
    const { client, drive } = createScriptedClient(() => good(west));
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    await drive(client.getItem(key, { signal: controller.signal }));
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls[0]?.slice(0, 2)).toEqual(added.mock.calls[0]?.slice(0, 2));
  });

  it('on close(), and takes no more', async () => {
    const { client, clock, engineClock } = createScriptedClient(() => hanging);
    const calls = [
      client.getItem(key),
      client.writeItem({}, { idempotencyKey: null }),
      client.listItems({ pk: 'a' }),
    ];
    const settled = Promise.allSettled(calls);
    await clock.run(50);
    client.close();
    for (const result of await settled) {
      expect(result).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    }
    expect(engineClock.pending).toBe(0);
    await expect(client.getItem(key)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('on close() from within a listener', async () => {
    const { client, drive } = createScriptedClient(() => broken);
    client.on('attempt', () => client.close());
    await expect(drive(client.getItem(key))).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('createClient() tells', () => {
  it('every listener, whatever another throws, and no call fails of it', async () => {
    const reported = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { client, drive, events } = createScriptedClient(() => good(west));
    client.on('attempt', () => {
      throw new Error('a listener');
    });
    client.on('call', () => Promise.reject(new Error('another')) as unknown as undefined);
    const heard = vi.fn();
    const stop = client.on('call', heard);
    await drive(client.getItem(key));
    stop();
    await drive(client.getItem(key));
    expect(heard).toHaveBeenCalledTimes(1);
    expect(events.call.map(({ call }) => call)).toEqual([1, 2]);
    expect(reported.mock.calls.map(([error]) => (error as Error).message).sort()).toEqual(
      ['a listener', 'a listener', 'another', 'another'].sort(),
    );
  });

  it('how a call was answered', async () => {
    const headers = { 'x-correlation-id': 'mine', etag: '"a"', 'idempotency-replayed': 'true' };
    const { client, drive, transport } = createScriptedClient(() =>
      good(west, { item: { pk: 'demo' } }, { headers }),
    );
    const result = await drive(client.putItem({ ...key, ttlSeconds: 5 }, { correlationId: 'mine' }));
    expect(result).toEqual({
      item: { pk: 'demo' },
      answer: {
        region: west,
        attempts: 1,
        latencyMs: 10,
        correlationId: 'mine',
        etag: '"a"',
        replayed: true,
      },
    });
    expect(transport.sent[0]?.request).toMatchObject({
      method: 'PUT',
      path: '/items/demo/a',
      body: { ttlSeconds: 5 },
      headers: { 'x-correlation-id': 'mine' },
    });
  });

  it('nothing but how, of a deletion', async () => {
    const { client, drive } = createScriptedClient(() => answer(204, '', { 'x-region': west }));
    expect(Object.keys(await drive(client.deleteItem(key)))).toEqual(['answer']);
  });
});
