import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LambdaRecord } from '../../src/event-sources/lambda-record.ts';
import { eventually } from '../dynamodb/support/eventually.ts';
import { failure, mappingOf, success } from './mapping-fixture.ts';
import { heldFunction, keysOf, openStream } from './stream-fixture.ts';

describe('EventSourceMappings', () => {
  test('delivers what is in the stream and what comes later, in the form of Lambda’s event', async () => {
    const stream = openStream();
    stream.write('a', { n: { N: '1' } });
    const received: LambdaRecord[] = [];
    const mappings = stream.mappings(async (records) => {
      received.push(...records);
      return success();
    });
    await mappings.apply([mappingOf({ eventSourceArn: stream.streamArn })]);
    stream.write('a', { n: { N: '2' } }, { n: { N: '1' } });
    stream.write('a', null, { n: { N: '2' } });
    await eventually('three records', () => received.length === 3);
    expect(received.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'REMOVE']);
    expect(received[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: stream.streamArn,
      dynamodb: {
        ApproximateCreationDateTime: expect.closeTo(Date.now() / 1_000, -1),
        Keys: { pk: { S: 'a' } },
        OldImage: { pk: { S: 'a' }, n: { N: '1' } },
        NewImage: { pk: { S: 'a' }, n: { N: '2' } },
        SequenceNumber: '100000000000000000002',
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    expect(mappings.report()).toMatchObject([
      { state: 'Enabled', delivered: 3, failed: 0, iteratorAgeMs: 0, onFailureDepth: null, lastError: null },
    ]);
  });

  test('counts filtered records as dealt with, and invokes nothing for them', async () => {
    const stream = openStream();
    const received: string[] = [];
    const definition = mappingOf({
      eventSourceArn: stream.streamArn,
      filters: [{ eventName: ['MODIFY'], dynamodb: { NewImage: { n: { N: ['2'] } } } }],
    });
    const mappings = stream.mappings(async (records) => {
      received.push(...keysOf(records));
      return success();
    });
    await mappings.apply([definition]);
    stream.insertMany(2_000);
    stream.write('wanted', { n: { N: '2' } }, { n: { N: '1' } });
    stream.write('other', { n: { N: '3' } }, { n: { N: '1' } });
    await eventually('the checkpoint', () => stream.checkpoint(definition.id) === 2_002);
    expect(received).toEqual(['wanted']);
    expect(mappings.report()).toMatchObject([{ delivered: 1, failed: 0, iteratorAgeMs: 0, backlog: 0 }]);
  });

  test('fills a batch up to its size, and within the window', async () => {
    const stream = openStream();
    const { held, invoke } = heldFunction();
    const definition = mappingOf({ eventSourceArn: stream.streamArn, batchSize: 3, batchingWindowMs: 400 });
    const mappings = stream.mappings(invoke);
    await mappings.apply([definition]);
    for (const key of ['a', 'b', 'c', 'd']) stream.write(key);
    await eventually('the full batch', () => held.length === 1);
    expect(held[0]?.keys).toEqual(['a', 'b', 'c']);
    const answeredAtMs = performance.now();
    held[0]?.answer(success());
    stream.write('e');
    await eventually('the batch of the window', () => held.length === 2);
    expect(held[1]?.keys).toEqual(['d', 'e']);
    expect(performance.now() - answeredAtMs).toBeLessThan(3_000);
    held[1]?.answer(success());
  });

  test('splits what is longer than an event may be', async () => {
    const stream = openStream();
    const sizes: number[] = [];
    const data = 'x'.repeat(350_000);
    for (let n = 0; n < 40; n += 1) stream.write(`big${n}`, { data: { S: data } });
    await stream
      .mappings(async (records) => {
        sizes.push(Buffer.byteLength(JSON.stringify({ Records: records })));
        return success();
      })
      .apply([mappingOf({ eventSourceArn: stream.streamArn, batchingWindowMs: 500 })]);
    await eventually('all of them', () => stream.checkpoint(mappingOf().id) === 40);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(6_291_456);
    expect(Math.max(...sizes)).toBeGreaterThan(5_500_000);
  });

  test('keeps the order of each key under parallelization, and runs lanes side by side', async () => {
    const stream = openStream();
    const seen = new Map<string, number[]>();
    let invocations = 0;
    let running = 0;
    let runningMost = 0;
    const definition = mappingOf({
      eventSourceArn: stream.streamArn,
      batchSize: 5,
      parallelizationFactor: 4,
    });
    const mappings = stream.mappings(async (records) => {
      running += 1;
      runningMost = Math.max(runningMost, running);
      await new Promise((resolve) => setImmediate(resolve));
      // Every third invocation fails, so that order has to hold over retries as well.
      invocations += 1;
      const failed = invocations % 3 === 0;
      if (!failed)
        for (const { dynamodb } of records) {
          const key = dynamodb.Keys.pk?.S ?? '';
          seen.set(key, [...(seen.get(key) ?? []), Number(dynamodb.NewImage?.n?.N)]);
        }
      running -= 1;
      return failed ? failure() : success();
    });
    for (let n = 0; n < 300; n += 1) stream.write(`k${n % 12}`, { n: { N: String(n) } }, { n: { N: '0' } });
    await mappings.apply([definition]);
    await eventually('all of them', () => stream.checkpoint(definition.id) === 300);
    expect(seen.size).toBe(12);
    for (const numbers of seen.values()) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect([...seen.values()].flat()).toHaveLength(300);
    expect(runningMost).toBeGreaterThan(1);
  });

  test('sends what is given up to the queue, as Lambda words it, and goes on', async () => {
    const stream = openStream();
    const definition = mappingOf({
      eventSourceArn: stream.streamArn,
      maximumRetryAttempts: 0,
      bisectBatchOnFunctionError: true,
      onFailureQueueName: 'failed',
    });
    const mappings = stream.mappings(async (records) =>
      keysOf(records).includes('poison') ? failure() : success(),
    );
    for (const key of ['a', 'poison', 'b']) stream.write(key);
    await mappings.apply([definition]);
    await eventually('the checkpoint', () => stream.checkpoint(definition.id) === 3);
    const [message, ...rest] = readFileSync(join(stream.dataDir, 'queues/failed.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(rest).toEqual([]);
    expect(JSON.parse(message ?? '')).toEqual({
      requestContext: {
        requestId: 'r',
        functionArn: definition.functionArn,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: expect.any(Number),
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      DDBStreamBatchInfo: {
        shardId: stream.reader.streams()[0]?.shardId,
        startSequenceNumber: '100000000000000000002',
        endSequenceNumber: '100000000000000000002',
        approximateArrivalOfFirstRecord: expect.stringMatching(/:\d\dZ$/),
        approximateArrivalOfLastRecord: expect.stringMatching(/:\d\dZ$/),
        batchSize: 1,
        streamArn: stream.streamArn,
      },
    });
    expect(mappings.report()).toMatchObject([
      { delivered: 2, failed: 1, onFailureQueue: 'failed', onFailureDepth: 1 },
    ]);
    expect(mappings.queues()).toEqual([{ queueName: 'failed', depth: 1 }]);
  });

  test('lets the batch under way finish when it is closed, and retries nothing', async () => {
    const stream = openStream();
    const definition = mappingOf({ eventSourceArn: stream.streamArn, batchSize: 1 });
    const { held, invoke } = heldFunction();
    const mappings = stream.mappings(invoke);
    stream.write('a');
    stream.write('b');
    await mappings.apply([definition]);
    await eventually('the invocation', () => held.length === 1);
    const closed = mappings.close();
    held[0]?.answer(success());
    await closed;
    expect(stream.checkpoint(definition.id)).toBe(1);
    expect(held).toHaveLength(1);
  });

  test('leaves a mapping alone that did not change, and takes a changed one over', async () => {
    const stream = openStream();
    const definition = mappingOf({ eventSourceArn: stream.streamArn });
    const { held, invoke } = heldFunction();
    const mappings = stream.mappings(invoke);
    stream.write('a');
    await mappings.apply([definition]);
    await eventually('the invocation', () => held.length === 1);
    await mappings.apply([{ ...definition }]);
    held[0]?.answer(success());
    await eventually('the delivery', () => mappings.report()[0]?.delivered === 1);
    await mappings.apply([{ ...definition, enabled: false }]);
    stream.write('b');
    expect(mappings.report()).toMatchObject([{ state: 'Disabled', delivered: 0 }]);
    await mappings.apply([{ ...definition, batchSize: 1 }]);
    await eventually('the next record', () => held.length === 2);
    expect(held[1]?.keys).toEqual(['b']);
    held[1]?.answer(success());
  });

  test('refuses a stream of another region, and names its own', async () => {
    const stream = openStream();
    const mappings = stream.mappings(async () => success());
    const foreign = stream.streamArn.replace('eu-west-1', 'eu-central-1');
    await expect(mappings.apply([mappingOf({ eventSourceArn: foreign })])).rejects.toThrow(
      `Cannot run event source mapping Mapping: its EventSourceArn ${foreign} is no stream of eu-west-1, one of its own streams is needed (${stream.streamArn}).`,
    );
    expect(mappings.report()).toEqual([]);
  });
});
