// What a caller is told of a write that one region may have made while another one refuses it. Threat: "refused" is read
// as "not made", and the caller makes the write once more.
import { describe, expect, it } from 'vitest';
import { isDeadlineExceededError, isOutcomeUnknownError, isProblemError } from '../src/client-error.ts';
import { TransportError } from '../src/transport.ts';
import { central, createScriptedClient, west } from './support/scripted-client.ts';
import { answer, type Behaviour, broken, good, hanging, problem } from './support/scripted-transport.ts';

const key = { pk: 'demo', sk: 'a' };
const serverTime = '2030-01-01T00:00:00.000Z';
const withoutKey = { idempotencyKey: null };

/** A client whose first region does one thing, and whose second one another. */
function createClientBetween(first: Behaviour, second: Behaviour) {
  return createScriptedClient(({ region }) => (region === west ? first : second), { hedge: false });
}

describe('a refusal by one region, after another one may have made the write,', () => {
  it.each([
    ['a connection that broke', broken],
    ['no answer', hanging],
    ['table-timeout', problem(west, 'table-timeout')],
    ['a throttled table, which the SDK may have reached before', problem(west, 'table-throttled')],
    ['an answer of nobody’s', answer(200, '<html>')],
  ])('leaves the outcome unknown after %s', async (_, first) => {
    for (const code of ['item-changed', 'item-not-found', 'item-contended'] as const) {
      const { client, failureOf, asked } = createClientBetween(first, problem(central, code));
      const error = await failureOf(client.putItem({ ...key, data: 1 }, { ifMatch: '"1"' }));
      expect(asked().slice(0, 2)).toEqual([west, central]);
      expect(isOutcomeUnknownError(error)).toBe(true);
      expect(error).toMatchObject({ cause: { code }, idempotencyKey: expect.any(String) });
    }
  });

  it('says how to go on when its key is out of the window: the key would be refused again', async () => {
    const outOfWindow = problem(central, 'idempotency-key-out-of-window', { serverTime });
    const { client, failureOf } = createClientBetween(broken, outOfWindow);
    const error = await failureOf(client.writeItem({ data: 1 }));
    expect(isOutcomeUnknownError(error)).toBe(true);
    expect(error).toMatchObject({ remedy: expect.stringMatching(/^Read what was written/) });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT'])(
    'is what it says after %s: nothing was sent',
    async (code) => {
      const error = new TransportError('Cannot reach it', {
        cause: Object.assign(new Error(code), { code }),
      });
      const { client, failureOf } = createClientBetween({ error }, problem(central, 'item-changed'));
      const failure = await failureOf(client.putItem({ ...key, data: 1 }, { ifMatch: '"1"' }));
      expect(isProblemError(failure, 'item-changed')).toBe(true);
    },
  );

  it('is what it says when API Gateway throttled the first attempt, which reached no function', async () => {
    const throttled = answer(429, '{"message":"Too Many Requests"}');
    const { client, failureOf } = createClientBetween(throttled, problem(central, 'item-changed'));
    const error = await failureOf(client.putItem({ ...key, data: 1 }, { ifMatch: '"1"' }));
    expect(isProblemError(error, 'item-changed')).toBe(true);
  });

  it('is what it says of a read', async () => {
    const { client, failureOf } = createClientBetween(broken, problem(central, 'item-not-found'));
    expect(isProblemError(await failureOf(client.getItem(key)), 'item-not-found')).toBe(true);
  });
});

describe('a key out of its window', () => {
  it('is not replaced after a throttled table, as the SDK may have made the write before', async () => {
    const outOfWindow = problem(central, 'idempotency-key-out-of-window', { serverTime });
    const { client, failureOf, transport } = createClientBetween(
      problem(west, 'table-throttled'),
      outOfWindow,
    );
    expect(isOutcomeUnknownError(await failureOf(client.writeItem({ data: 1 })))).toBe(true);
    expect(new Set(transport.sent.map(({ request }) => request.headers['idempotency-key'])).size).toBe(1);
  });
});

describe('a replica that is behind', () => {
  it('is asked again for a write without a key, as it made nothing', async () => {
    const { client, drive, asked } = createScriptedClient((_, index) =>
      index === 0 ? problem(west, 'replica-behind', { ahead: central }) : good(central),
    );
    await drive(client.deleteItem(key, withoutKey));
    expect(asked()).toEqual([west, central]);
  });

  it('is not what the call ends with when a later attempt may have made the write', async () => {
    const script = (_: unknown, index: number) => (index === 0 ? problem(west, 'replica-behind') : hanging);
    const keyed = createScriptedClient(script);
    expect(isDeadlineExceededError(await keyed.failureOf(keyed.client.deleteItem(key)))).toBe(true);
    const bare = createScriptedClient(script);
    expect(isOutcomeUnknownError(await bare.failureOf(bare.client.deleteItem(key, withoutKey)))).toBe(true);
  });
});
