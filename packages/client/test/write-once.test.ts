import { describe, expect, it } from 'vitest';
import { isOutcomeUnknownError, isProblemError } from '../src/client-error.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { answer, broken, good, hanging, problem } from './support/scripted-transport.ts';

const withoutKey = { idempotencyKey: null };

describe('createClient() sends a write without a key once', () => {
  it.each([
    ['the connection breaks', broken],
    ['the region hangs', hanging],
    ['the status is 503', problem(west, 'table-timeout')],
    ['the status is 500', problem(west, 'internal-error')],
    ['the status is 502', answer(502, '')],
    ['the answer is none of ours', answer(200, '<html>')],
  ])('and says that the outcome is unknown when %s', async (_, behaviour) => {
    const { client, failureOf, transport } = createScriptedClient(() => behaviour);
    const error = await failureOf(client.incrementCounter({ id: 'v' }, withoutKey));
    expect(isOutcomeUnknownError(error)).toBe(true);
    expect(error).toMatchObject({
      cause: expect.any(Error),
      idempotencyKey: null,
      attempts: [{ region: west }],
    });
    expect(transport.sent).toHaveLength(1);
    expect(transport.sent[0]?.request.headers).not.toHaveProperty('idempotency-key');
  });

  it.each(['table-throttled', 'item-contended', 'item-changed'] as const)(
    'and says so when it was refused with %s',
    async (code) => {
      const { client, failureOf, asked } = createScriptedClient(() => problem(west, code));
      expect(isProblemError(await failureOf(client.writeItem({}, withoutKey)), code)).toBe(true);
      expect(asked()).toEqual([west]);
    },
  );

  it('and gives that one request all the time there is', async () => {
    const { client, drive } = createScriptedClient(() => good(west, {}, { afterMs: 4_900 }));
    expect((await drive(client.writeItem({}, withoutKey))).answer.latencyMs).toBe(4_900);
  });
});

describe('createClient() makes a write with a key once', () => {
  it('under the key that was given, or one of its own for each call', async () => {
    const { client, drive, transport } = createScriptedClient(() => good(west));
    await drive(client.writeItem({}, { idempotencyKey: 'mine' }));
    await drive(client.writeItem({}));
    await drive(client.deleteItem({ pk: 'a', sk: 'b' }));
    await drive(client.getItem({ pk: 'a', sk: 'b' }));
    const keys = transport.sent.map(({ request }) => request.headers['idempotency-key']);
    expect(keys).toEqual(['mine', expect.stringMatching(/^id-/), expect.stringMatching(/^id-/), undefined]);
    expect(new Set(keys).size).toBe(4);
  });

  it('and names the key in the error, for whoever repeats the call', async () => {
    const { client, failureOf, transport } = createScriptedClient(() => broken);
    const error = await failureOf(client.writeItem({}, { timeoutMs: 200 }));
    const key = transport.sent[0]?.request.headers['idempotency-key'];
    expect(key).toEqual(expect.any(String));
    expect(error).toMatchObject({ name: 'RegionsUnavailableError', idempotencyKey: key });
    expect((error as Error).message).toContain('idempotencyKey of this error');
  });

  it.each(['', ' ', 'key with space', 'Schlüssel', 'x'.repeat(256), 'a\r\nb'])(
    'and refuses the key %j before it sends anything',
    async (idempotencyKey) => {
      const { client, asked } = createScriptedClient(() => good(west));
      await expect(client.writeItem({}, { idempotencyKey })).rejects.toThrow(
        /Cannot send idempotencyKey: it is/,
      );
      expect(asked()).toEqual([]);
    },
  );
});

describe('createClient() stops repeating', () => {
  it('when the retry budget is used up: the call fails with what it has', async () => {
    const { client, failureOf, asked } = createScriptedClient(() => broken, {
      retryBudget: { ratio: 0, reserve: 1 },
    });
    await failureOf(client.getItem({ pk: 'a', sk: 'b' }));
    expect(asked()).toHaveLength(2);
    const error = await failureOf(client.getItem({ pk: 'a', sk: 'b' }));
    expect(asked()).toHaveLength(3);
    expect(error).toMatchObject({ name: 'RegionsUnavailableError', cause: { name: 'TransportError' } });
  });

  it('until further calls have added their share', async () => {
    const { client, failureOf, drive, asked } = createScriptedClient(
      (_, index) => (index < 3 || index > 3 ? broken : good(west)),
      {
        retryBudget: { ratio: 0.5, reserve: 1 },
      },
    );
    const key = { pk: 'a', sk: 'b' };
    await failureOf(client.getItem(key));
    await failureOf(client.getItem(key));
    expect(asked()).toHaveLength(3);
    await drive(client.getItem(key));
    await failureOf(client.getItem(key));
    expect(asked()).toHaveLength(6);
  });

  it('when other calls use the budget up while it waits', async () => {
    const { client, clock, asked } = createScriptedClient(() => broken, {
      retryBudget: { ratio: 0, reserve: 4 },
    });
    const calls = Promise.allSettled(Array.from({ length: 3 }, () => client.getItem({ pk: 'a', sk: 'b' })));
    await clock.run(6_000);
    expect((await calls).every(({ status }) => status === 'rejected')).toBe(true);
    expect(asked()).toHaveLength(7);
  });

  it('after ten requests of one call', async () => {
    const { client, failureOf, asked } = createScriptedClient(() => broken, { timeoutMs: 600_000 });
    await failureOf(client.writeItem({}), 600_000);
    expect(asked()).toHaveLength(10);
    expect(new Set(asked())).toEqual(new Set([west, central]));
  });
});
