import { describe, expect, it } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import { childOf } from '../domain/write-under-test.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { apiUnderTest } from './api-under-test.ts';
import { httpApiEvent, lambdaContext } from './http-api-event.ts';

/** What Lambda takes as an answer, in bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const answerBytesMax = 6 * 1024 * 1024;

describe('GET /items/{pk}', () => {
  it('gives 45 items of 198 kB in answers that a function may give, each once', async () => {
    const store = memoryItemStore();
    const { clock, handler, call } = apiUnderTest({ store });
    // Quotes are two bytes in the body, and four in the answer of the function, whose body is a string.
    const data = '"'.repeat(99_000);
    const sortKeys = Array.from({ length: 45 }, (_, index) => String(index).padStart(2, '0'));
    for (const sk of sortKeys)
      await store.replace({ ...childOf(undefined, { nowMs: clock.nowMs() }), pk: 'a', sk, data }, undefined);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: '40', ...(cursor === undefined ? {} : { cursor }) };
      const event = { pathParameters: { pk: 'a' }, query };
      const answer = await handler(httpApiEvent('GET /items/{pk}', event), lambdaContext());
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(answerBytesMax);
      expect(Buffer.byteLength(answer.body)).toBeLessThan(limits.pageBytesMax + 1_000);
      const { status, body } = await call('GET /items/{pk}', event);
      expect(status).toBe(200);
      seen.push(...body.items.map(({ sk }: { sk: string }) => sk));
      cursor = body.cursor;
    } while (cursor !== undefined);
    expect(seen).toStrictEqual(sortKeys.toReversed());
  });

  it('names records of other programs by key', async () => {
    const store = memoryItemStore();
    const { clock, call } = apiUnderTest({ store });
    for (const sk of ['1', '2', '3'])
      await store.replace({ ...childOf(undefined, { nowMs: clock.nowMs() }), pk: 'a', sk }, undefined);
    store.makeForeign({ pk: 'a', sk: '2' });
    const { body } = await call('GET /items/{pk}', { pathParameters: { pk: 'a' } });
    expect(body).toMatchObject({ items: [{ sk: '3' }, { sk: '1' }], unreadable: [{ pk: 'a', sk: '2' }] });
    const { body: problem } = await call('GET /items/{pk}/{sk}', { pathParameters: { pk: 'a', sk: '2' } });
    expect(problem).toMatchObject({ status: 409, retryable: false, key: { pk: 'a', sk: '2' } });
  });
});
