import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerCache } from '../../src/traffic/dns-observer.ts';

/** A cache on a clock that is set by hand; its name server gives every question a new address. */
function cacheAt({
  ttlSeconds = 60,
  ...options
}: {
  ttlSeconds?: number;
  firstAnswerAge?: number;
  keep?: number;
}) {
  let [nowMs, asked] = [0, 0];
  const cache = new AnswerCache({
    resolve: async () => {
      asked += 1;
      return { addresses: [`127.0.1.${asked}`], ttlSeconds };
    },
    nowMs: () => nowMs,
    ...(options.firstAnswerAge === undefined ? {} : { firstAnswerAge: options.firstAnswerAge }),
    ...(options.keep === undefined ? {} : { keepSeconds: () => options.keep ?? 0 }),
  });
  return {
    at: async (seconds: number) => {
      nowMs = seconds * 1_000;
      return (await cache.get()).addresses[0];
    },
    cache,
    asked: () => asked,
  };
}

describe('AnswerCache', () => {
  test('get() keeps an answer for its time to live and not a millisecond longer', async () => {
    const { at } = cacheAt({ ttlSeconds: 60 });
    expect(await at(0)).toBe('127.0.1.1');
    expect(await at(59.999)).toBe('127.0.1.1');
    expect(await at(60)).toBe('127.0.1.2');
    expect(await at(119.999)).toBe('127.0.1.2');
  });

  test('get() never gives an answer that is older than its time to live', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120 }),
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 30 }),
        async (ttlSeconds, gaps) => {
          let [now, changedAt, last] = [0, 0, ''];
          const { at } = cacheAt({ ttlSeconds });
          for (const gap of gaps) {
            now += gap;
            const given = await at(now);
            if (given !== last) [last, changedAt] = [given ?? '', now];
            else expect(now - changedAt).toBeLessThan(ttlSeconds);
          }
        },
      ),
    );
  });

  test('get() asks once when it is asked several times meanwhile', async () => {
    const { cache, asked } = cacheAt({});
    const answers = await Promise.all([cache.get(), cache.get(), cache.get()]);
    expect(asked()).toBe(1);
    expect(new Set(answers).size).toBe(1);
  });

  test('get() forgets only the first answer sooner when it is said to be old', async () => {
    const { at } = cacheAt({ ttlSeconds: 60, firstAnswerAge: 0.75 });
    expect(await at(0)).toBe('127.0.1.1');
    expect(await at(14)).toBe('127.0.1.1');
    expect(await at(15)).toBe('127.0.1.2');
    expect(await at(74)).toBe('127.0.1.2');
    expect(await at(75)).toBe('127.0.1.3');
  });

  test('get() keeps nothing of a question that failed', async () => {
    let calls = 0;
    const cache = new AnswerCache({
      resolve: async () => {
        calls += 1;
        if (calls === 1) throw new Error('no answer');
        return { addresses: ['127.0.1.10'], ttlSeconds: 60 };
      },
      nowMs: () => 0,
    });
    await expect(cache.get()).rejects.toThrow('no answer');
    expect((await cache.get()).addresses).toEqual(['127.0.1.10']);
  });
});
