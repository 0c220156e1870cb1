import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Discarded, deliverBatch } from '../../src/event-sources/deliver-batch.ts';
import type { EventSourceMappingDefinition } from '../../src/event-sources/event-source-mapping.ts';
import type { LambdaRecord } from '../../src/event-sources/lambda-record.ts';
import type { InvocationResult } from '../../src/lambda/invocation-result.ts';
import { recordOf } from './lambda-record-fixture.ts';
import { failure, mappingOf, success, throttle } from './mapping-fixture.ts';

const NOW_MS: number = 1_800_000_000_000;

/** Delivers records 1..count to `answer`, and tells what was invoked, waited for and settled. */
async function deliver(
  count: number,
  overrides: Partial<EventSourceMappingDefinition>,
  answer: (batch: string, attempt: number) => InvocationResult,
  {
    records = Array.from({ length: count }, (_, index) => recordOf(index + 1)),
    attemptsMax = 100,
    nowMs = () => NOW_MS,
  } = {},
) {
  const batches: string[] = [];
  const waits: number[] = [];
  const settled: string[] = [];
  const discarded: Discarded[] = [];
  const ending = new AbortController();
  const done = deliverBatch(records, {
    mapping: mappingOf(overrides),
    invoke: async ({ Records }) => {
      const batch = Records.map(({ dynamodb }) => dynamodb.SequenceNumber).join(' ');
      batches.push(batch);
      if (batches.length === attemptsMax) ending.abort(new Error('ended by the test'));
      return answer(batch, batches.length);
    },
    clock: nowMs,
    backOff: async (failures) => {
      waits.push(failures);
    },
    signal: ending.signal,
    onDelivered: (n) => settled.push(`+${n}`),
    onDiscarded: (given) => {
      discarded.push(given);
      settled.push(`-${given.records.length}`);
    },
    onFailure: () => undefined,
  });
  await done.catch((error: Error) => expect(error.message).toBe('ended by the test'));
  return { batches, waits, settled, discarded };
}

const poisoned = (n: number) => (batch: string) =>
  batch.split(' ').includes(String(n)) ? failure() : success();
const sequences = (records: readonly LambdaRecord[]) =>
  records.map(({ dynamodb }) => dynamodb.SequenceNumber);

describe('deliverBatch()', () => {
  test('settles a batch at once when the function takes it', async () => {
    const { batches, settled, waits } = await deliver(3, {}, () => success());
    expect(batches).toEqual(['1 2 3']);
    expect(settled).toEqual(['+3']);
    expect(waits).toEqual([]);
  });

  test('retries without end, with growing waits, when no limit is set', async () => {
    const { batches, settled, waits } = await deliver(2, {}, () => failure(), { attemptsMax: 6 });
    expect(batches).toHaveLength(6);
    expect(waits).toEqual([1, 2, 3, 4, 5]);
    expect(settled).toEqual([]);
  });

  test.each([0, 1, 3])('gives a batch up after %i retries', async (maximumRetryAttempts) => {
    const { batches, settled, discarded } = await deliver(2, { maximumRetryAttempts }, () => failure());
    expect(batches).toHaveLength(maximumRetryAttempts + 1);
    expect(settled).toEqual(['-2']);
    expect(discarded).toMatchObject([
      {
        condition: 'RetryAttemptsExhausted',
        invocations: maximumRetryAttempts + 1,
        lastInvocation: { functionError: true },
      },
    ]);
  });

  test('does not count a throttle against the retries', async () => {
    const { batches, settled } = await deliver(1, { maximumRetryAttempts: 0 }, (_, attempt) =>
      attempt < 6 ? throttle() : success(),
    );
    expect(batches).toHaveLength(6);
    expect(settled).toEqual(['+1']);
  });

  test('halves a failing batch down to the bad record, in order, and costs no retry by that', async () => {
    const bad = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 };
    const { batches, settled, discarded } = await deliver(8, bad, poisoned(6));
    expect(batches).toEqual(['1 2 3 4 5 6 7 8', '1 2 3 4', '5 6 7 8', '5 6', '5', '6', '6', '7 8']);
    expect(settled).toEqual(['+4', '+1', '-1', '+2']);
    expect(discarded.map(({ records }) => sequences(records))).toEqual([['6']]);
  });

  test('goes on from the failed record that a function reports', async () => {
    const overrides = { reportBatchItemFailures: true, maximumRetryAttempts: 2 };
    const { batches, settled, discarded } = await deliver(5, overrides, (batch) =>
      success({ batchItemFailures: batch.includes('3') ? [{ itemIdentifier: '3' }] : [] }),
    );
    expect(batches).toEqual(['1 2 3 4 5', '3 4 5', '3 4 5']);
    expect(settled).toEqual(['+2', '-3']);
    expect(discarded).toMatchObject([{ lastInvocation: { functionError: false } }]);
  });

  test('loses the bad record alone when a function reports it and batches are halved', async () => {
    const overrides = {
      reportBatchItemFailures: true,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 0,
    };
    const { settled, discarded } = await deliver(6, overrides, (batch) =>
      success({ batchItemFailures: batch.split(' ').includes('3') ? [{ itemIdentifier: '3' }] : [] }),
    );
    expect(discarded.map(({ records }) => sequences(records))).toEqual([['3']]);
    expect(settled).toEqual(['+2', '-1', '+1', '+2']);
  });

  test('gives records up that are too old, before and between attempts', async () => {
    const old = recordOf(1);
    const records = [
      { ...old, dynamodb: { ...old.dynamodb, ApproximateCreationDateTime: NOW_MS / 1_000 - 100 } },
      recordOf(2),
      recordOf(3),
    ];
    let nowMs = NOW_MS;
    const { batches, settled, discarded } = await deliver(
      3,
      { maximumRecordAgeSeconds: 60 },
      (_, attempt) => {
        if (attempt === 2) nowMs += 61_000;
        return failure();
      },
      { records, nowMs: () => nowMs },
    );
    expect(batches).toEqual(['2 3', '2 3']);
    expect(settled).toEqual(['-1', '-2']);
    expect(discarded).toMatchObject([
      { condition: 'RecordAgeExceeded', invocations: 0, lastInvocation: undefined },
      { condition: 'RecordAgeExceeded', invocations: 2 },
    ]);
  });

  test('tries what is older than the stream once, and no longer', async () => {
    const { batches, settled } = await deliver(1, {}, () => failure(), {
      nowMs: () => NOW_MS + 48 * 3_600_000,
    });
    expect(batches).toEqual(['1']);
    expect(settled).toEqual(['-1']);
  });

  test('judges nothing that fails after it was told to end, and keeps what succeeded', async () => {
    const failed = await deliver(2, { maximumRetryAttempts: 0 }, () => failure(), { attemptsMax: 1 });
    expect(failed.settled).toEqual([]);
    const succeeded = await deliver(2, {}, () => success(), { attemptsMax: 1 });
    expect(succeeded.settled).toEqual(['+2']);
  });
});

describe('deliverBatch() by property', () => {
  const settings = fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    poison: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }),
    maximumRetryAttempts: fc.integer({ min: 0, max: 3 }),
    bisectBatchOnFunctionError: fc.boolean(),
    reportBatchItemFailures: fc.boolean(),
  });

  test('settles every record once and in order, and halving gives up the bad ones alone', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ count, poison, ...overrides }) => {
        const bad = new Set(poison.map(String));
        const { settled, discarded } = await deliver(
          count,
          overrides,
          (batch) => {
            const failing = batch.split(' ').find((sequence) => bad.has(sequence));
            if (failing === undefined) return success();
            return overrides.reportBatchItemFailures
              ? success({ batchItemFailures: [{ itemIdentifier: failing }] })
              : failure();
          },
          { attemptsMax: Number.POSITIVE_INFINITY },
        );
        const given = discarded.flatMap(({ records }) => sequences(records));
        expect(settled.reduce((total, step) => total + Math.abs(Number(step)), 0)).toBe(count);
        expect(given).toEqual([...given].sort((a, b) => Number(a) - Number(b)));
        const badOnes = Array.from({ length: count }, (_, index) => String(index + 1)).filter((n) =>
          bad.has(n),
        );
        expect(given).toEqual(expect.arrayContaining(badOnes));
        if (overrides.bisectBatchOnFunctionError) expect(given).toEqual(badOnes);
        if (badOnes.length === 0) expect(settled).toEqual([`+${count}`]);
      }),
    );
  });
});
