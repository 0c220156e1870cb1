import { Agent } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';
import { dataKeys } from '../../src/data/data-keys.ts';
import type { TrafficSample } from '../../src/drill-report.ts';
import type { Attempt, ObservedItem, Operation } from '../../src/judge/history.ts';
import type { ObserverReply } from '../../src/traffic/observer.ts';
import { TrafficClient } from '../../src/traffic/traffic-client.ts';
import { broken, C, conflict, views, W } from '../judge/history-fixture.ts';

/** Draws a PUT out of the mix of steady traffic. */
const PUT_POINT = 0.8;

const dispatcher = new Agent();
afterAll(() => dispatcher.close());

/** The image that a region made of a PUT. */
function imageOf(operation: Operation, region: string, count: number): ObservedItem {
  if (operation.kind !== 'put') throw new Error(`a put is expected, and not ${operation.kind}`);
  const { pk, sk, id } = operation;
  const at = new Date(count * 1_000).toISOString();
  const common = { pk, sk, createdAt: at, updatedAt: at, ttl: 4_000_000_000, data: { op: id } };
  return { ...common, region, version: { [region]: count } };
}

/** One call of the client: it was too slow in the one region, and was acknowledged by the other. */
async function callThatMoved({ isTold = true } = {}) {
  const attempts: Attempt[] = [];
  const samples: Omit<TrafficSample, 'atSeconds'>[] = [];
  let made: Operation | undefined;
  const reply = (operation: Operation): ObserverReply => ({
    answer: { status: 200, item: imageOf(operation, C, 20) },
    ...{ region: C, requests: 2, askedAfterMs: 1_000 },
    others: isTold
      ? [{ region: W, beganAfterMs: 0, endedAfterMs: 1_000, answer: { status: 0, error: 'not waited for' } }]
      : [],
  });
  const client = new TrafficClient(
    {
      ...{ regions: [], dispatcher, digests: new Map(), prefix: 'run', keys: dataKeys('run', [W, C]) },
      ...{ isReadOnly: false, slowMs: 1_000, signal: new AbortController().signal },
      nowMs: () => performance.now(),
      record: (attempt) => attempts.push(attempt),
      sample: (sample) => samples.push(sample),
    },
    {
      observer: 'client',
      random: () => PUT_POINT,
      client: {
        name: 'client-0',
        close: async () => undefined,
        send: async (operation) => {
          made = operation;
          return reply(operation);
        },
      },
    },
  );
  client.tick();
  await client.idle();
  if (made === undefined) throw new Error('one operation is made');
  return { attempts, samples, operation: made };
}

describe('a call that moved between regions', () => {
  test('is one sample with two requests, and an attempt in each region', async () => {
    const { attempts, samples } = await callThatMoved();
    expect(samples).toMatchObject([{ vantage: 'client', region: C, outcome: 'ok', requests: 2 }]);
    expect(attempts.map(({ region, answer: { status } }) => [region, status])).toEqual([
      [W, 0],
      [C, 200],
    ]);
    const [lost, made] = attempts;
    expect(made?.startMs).toBeGreaterThanOrEqual(lost?.endMs ?? Number.POSITIVE_INFINITY);
  });

  test('is judged sound when both regions made the write, and the later one is visible', async () => {
    const { attempts, operation } = await callThatMoved();
    expect(broken(attempts, views({ items: [imageOf(operation, C, 20)] }))).toEqual([]);
    // The write that was not waited for may as well be the later one.
    expect(broken(attempts, views({ items: [imageOf(operation, W, 30)] }))).toEqual([]);
  });

  test('is judged sound when what the first region made of it is in the conflict log', async () => {
    const { attempts, operation } = await callThatMoved();
    const [first, second] = [imageOf(operation, W, 30), imageOf(operation, C, 20)];
    const final = views({ items: [second], conflicts: [conflict(first, second)] });
    expect(broken(attempts, final)).toEqual([]);
    // Had nobody told of the first request, its entry would be one that no client wrote.
    const { attempts: untold } = await callThatMoved({ isTold: false });
    expect(broken(untold, final)).toContain('conflict log');
  });

  test('is judged a loss when no region has the write in the end', async () => {
    const { attempts } = await callThatMoved();
    expect(broken(attempts, views({ items: [] }))).toContain('losses');
  });
});
