import { describe, expect, test, vi } from 'vitest';
import { createScriptedClient } from './support/scripted-client.ts';
import { broken, good, type Script } from './support/scripted-transport.ts';

const counted: Script = ({ region }) => good(region, { id: 'a', value: 1 });
const tokens = ({ transport }: ReturnType<typeof createScriptedClient>) =>
  transport.sent.map(({ request }) => request.headers.authorization);

describe('createClient() with a token', () => {
  test('createClient() sends it with every attempt of a call when a region fails', async () => {
    const made = createScriptedClient((sent, index) => (index === 0 ? broken : counted(sent, index)), {
      token: 'a.b-c_d~.e+/=',
    });
    await made.drive(made.client.getCounter({ id: 'a' }));
    expect(tokens(made)).toEqual(['Bearer a.b-c_d~.e+/=', 'Bearer a.b-c_d~.e+/=']);
  });

  test('createClient() asks the function for it once in each call, so that it may change', async () => {
    const token = vi.fn().mockResolvedValueOnce('first').mockResolvedValueOnce('second');
    const made = createScriptedClient(counted, { token });
    for (let calls = 0; calls < 2; calls += 1) await made.drive(made.client.getCounter({ id: 'a' }));
    expect(tokens(made)).toEqual(['Bearer first', 'Bearer second']);
    expect(token).toHaveBeenCalledTimes(2);
  });

  test('createClient() sends none when there is none', async () => {
    const made = createScriptedClient(counted);
    await made.drive(made.client.getCounter({ id: 'a' }));
    expect(tokens(made)).toEqual([undefined]);
  });

  test.each(['', 'a b', 'Bearer a', 'a\r\nx: y', 'ü', 'x'.repeat(8_193)])(
    'createClient() refuses %j, which it does not repeat, and sends nothing',
    async (token) => {
      const made = createScriptedClient(counted, { token: async () => token });
      const error = await made.failureOf(made.client.getCounter({ id: 'a' }));
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).toMatch(/^RangeError: Cannot send the token: .* Pass it without "Bearer"$/);
      if (token.length > 3) expect(String(error)).not.toContain(token);
      expect(made.transport.sent).toEqual([]);
    },
  );

  test('createClient() rejects with what the function throws, and blames no region', async () => {
    const fault = new Error('signed out');
    const made = createScriptedClient(counted, { token: () => Promise.reject(fault) });
    expect(await made.failureOf(made.client.getCounter({ id: 'a' }))).toBe(fault);
    expect(made.client.regions().map(({ state }) => state)).toEqual(['closed', 'closed']);
    expect(made.transport.sent).toEqual([]);
  });

  test("createClient() waits for the function no longer than for the call's own time, or its signal", async () => {
    const made = createScriptedClient(counted, { token: () => new Promise(() => undefined), timeoutMs: 500 });
    const error = await made.failureOf(made.client.getCounter({ id: 'a' }));
    expect(error).toMatchObject({ name: 'DeadlineExceededError', timeoutMs: 500 });
    const reason = new Error('gone');
    const signal = AbortSignal.abort(reason);
    expect(await made.failureOf(made.client.getCounter({ id: 'a' }, { signal }))).toBe(reason);
    expect(made.client.regions().map(({ state }) => state)).toEqual(['closed', 'closed']);
  });

  test('createClient() tells no event and no error of it', async () => {
    const made = createScriptedClient(() => broken, { token: 'tell-nobody', timeoutMs: 300 });
    const error = await made.failureOf(made.client.getCounter({ id: 'a' }));
    expect(made.events.attempt.length).toBeGreaterThan(0);
    const told = JSON.stringify([made.events, error, String(error)]);
    expect(told).not.toContain('tell-nobody');
  });
});
