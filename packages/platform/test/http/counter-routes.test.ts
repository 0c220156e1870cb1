import { describe, expect, it } from 'vitest';
import { problemType } from '../../src/contract/problems.ts';
import { apiUnderTest, json } from './api-under-test.ts';

function counting(options: Parameters<typeof apiUnderTest>[0] = {}) {
  const { call, clock } = apiUnderTest(options);
  const pathParameters = { id: 'visits' };
  return {
    clock,
    add: (body: unknown, headers: Record<string, string> = {}, caller: { subject?: string } = {}) =>
      call('POST /counters/{id}', {
        pathParameters,
        body: JSON.stringify(body),
        headers: { ...json, ...headers },
        ...caller,
      }),
    read: () => call('GET /counters/{id}', { pathParameters }),
  };
}

describe('/counters/{id}', () => {
  it('starts at 0, adds and takes away, 1 unless told otherwise', async () => {
    const { add, read } = counting();
    expect((await read()).body).toStrictEqual({ id: 'visits', value: 0 });
    expect((await add({})).body).toStrictEqual({ id: 'visits', value: 1 });
    expect((await add({ by: 1_000_000_000 })).body.value).toBe(1_000_000_001);
    expect((await add({ by: -1_000_000_000 })).body.value).toBe(1);
    expect((await read()).body.value).toBe(1);
  });

  it('counts an idempotency key once, until its time is over', async () => {
    const { add, clock } = counting();
    const key = { 'idempotency-key': 'k' };
    expect((await add({ by: 5 }, key)).headers).not.toHaveProperty('idempotency-replayed');
    const again = await add({ by: 5 }, key);
    expect(again).toMatchObject({
      status: 200,
      body: { value: 5 },
      headers: { 'idempotency-replayed': 'true' },
    });
    expect((await add({ by: 6 }, key)).body.type).toBe(problemType('idempotency-key-reused'));
    clock.advance(86_701_000);
    expect((await add({ by: 6 }, key)).body.value).toBe(11);
  });

  it('counts a key once for each caller', async () => {
    const { add } = counting();
    const addAs = (subject: string, by: number) => add({ by }, { 'idempotency-key': 'k' }, { subject });
    expect((await addAs('ada', 5)).body.value).toBe(5);
    const bob = await addAs('bob', 5);
    expect([bob.body.value, bob.headers['idempotency-replayed']]).toStrictEqual([10, undefined]);
    expect((await addAs('ada', 5)).headers['idempotency-replayed']).toBe('true');
    expect((await addAs('bob', 6)).status).toBe(422);
  });

  it('refuses a key whose window is over, with its own time, and counts nothing', async () => {
    const { add, read, clock } = counting();
    const key = { 'idempotency-key': '01a20320-a7fa-7b6e-9a31-5d0f1e7c2a44' };
    await add({ by: 5 }, key);
    clock.advance(2 * 86_400_000);
    expect(await add({ by: 5 }, key)).toMatchObject({
      status: 422,
      body: {
        type: problemType('idempotency-key-out-of-window'),
        serverTime: '2026-11-24T12:00:00.250Z',
        retryable: false,
      },
    });
    expect((await read()).body.value).toBe(5);
  });
});
