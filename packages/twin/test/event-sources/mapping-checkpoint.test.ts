import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../dynamodb/support/eventually.ts';
import { failure, mappingOf, success } from './mapping-fixture.ts';
import { heldFunction, keysOf, openStream } from './stream-fixture.ts';

describe('EventSourceMappings', () => {
  test('LATEST begins after what is there when the mapping is new, and stays there over a restart', async () => {
    const stream = openStream();
    stream.write('before');
    const received: string[] = [];
    const definition = mappingOf({ eventSourceArn: stream.streamArn, startingPosition: 'LATEST' });
    const start = () =>
      stream.mappings(async (records) => {
        received.push(...keysOf(records));
        return success();
      });
    const first = start();
    await first.apply([definition]);
    await first.close();
    stream.write('while away');
    await start().apply([definition]);
    await eventually('one record', () => received.length > 0);
    expect(received).toEqual(['while away']);
  });

  test('delivers a batch again when its region was killed under it', async () => {
    const stream = openStream();
    const definition = mappingOf({ eventSourceArn: stream.streamArn });
    const killed = heldFunction();
    stream.write('a');
    await stream.mappings(killed.invoke).apply([definition]);
    await eventually('the invocation', () => killed.held.length === 1);
    expect(stream.checkpoint(definition.id)).toBe(0);
    const received: string[] = [];
    const next = stream.mappings(async (records) => {
      received.push(...keysOf(records));
      return success();
    });
    await next.apply([definition]);
    await eventually('the checkpoint', () => stream.checkpoint(definition.id) === 1);
    expect(received).toEqual(['a']);
    killed.held[0]?.answer(success());
  });

  test('does not deliver again what was dealt with before a restart', async () => {
    const stream = openStream();
    const definition = mappingOf({ eventSourceArn: stream.streamArn });
    const received: string[] = [];
    const start = () =>
      stream.mappings(async (records) => {
        received.push(...keysOf(records));
        return success();
      });
    stream.write('a');
    await start().apply([definition]);
    await eventually('the checkpoint', () => stream.checkpoint(definition.id) === 1);
    await start().apply([definition]);
    stream.write('b');
    await eventually('the second record', () => received.filter((key) => key === 'b').length === 2);
    expect(received.filter((key) => key === 'a')).toHaveLength(1);
  });

  test('goes on at the trim horizon, and says so, when its checkpoint is not in the stream', async () => {
    const stream = openStream();
    const definition = mappingOf({ eventSourceArn: stream.streamArn });
    await (async () => {
      const first = stream.mappings(async () => success());
      await first.apply([definition]);
      await first.close();
    })();
    const path = join(stream.dataDir, 'mappings', `${definition.id}.json`);
    writeFileSync(path, JSON.stringify({ eventSourceArn: stream.streamArn, position: 99 }));
    stream.write('a');
    const received: string[] = [];
    await stream
      .mappings(async (records) => {
        received.push(...keysOf(records));
        return success();
      })
      .apply([definition]);
    await eventually('the record', () => received.length === 1);
    expect(stream.said).toEqual([
      expect.stringMatching(/Mapping: its checkpoint 99 is outside .* trim horizon/),
    ]);
  });

  test('goes on at the trim horizon, and says so, when the stream is trimmed under a stuck batch', async () => {
    const stream = openStream();
    const { held, invoke, release } = heldFunction();
    const definition = mappingOf({ eventSourceArn: stream.streamArn, batchSize: 100 });
    await stream.mappings(invoke).apply([definition]);
    // More than a segment of the log, of which only closed ones are trimmed.
    stream.insertMany(4_096);
    stream.insertMany(904, 4_096);
    await eventually('the invocation', () => held.length === 1);
    stream.log.trim({ beforeMs: Date.now() + 1_000, upTo: 5_000 });
    const horizon = stream.reader.trimHorizon();
    expect(horizon).toBeGreaterThan(4_000);
    for (let answered = 0; held.at(-1)?.keys[0] !== `k${horizon}`; ) {
      await eventually('the next invocation', () => held.length > answered);
      held[answered]?.answer(success());
      answered += 1;
    }
    expect(stream.said).toEqual([
      expect.stringMatching(/the stream was trimmed up to 4\d+ before it was read/),
    ]);
    release();
  });

  test('tells how much it has to do while it waits for its next attempt, whatever clocks say', async () => {
    const stream = openStream();
    const definition = mappingOf({ eventSourceArn: stream.streamArn });
    let attempts = 0;
    const mappings = stream.mappings(async () => {
      attempts += 1;
      return attempts === 1 ? failure('no table') : success();
    });
    const backlog = () => mappings.report()[0]?.backlog;
    stream.insertMany(3);
    await mappings.apply([definition]);
    expect(backlog()).toBe(3);
    await eventually('the failed attempt', () => mappings.report()[0]?.lastError !== null);
    expect([backlog(), attempts]).toEqual([3, 1]);
    await eventually('the next attempt', () => backlog() === 0);
    expect(mappings.report()).toMatchObject([{ delivered: 3, lastError: null }]);
  });

  test('keeps its checkpoint before a lane that is stuck while others go on', async () => {
    const stream = openStream();
    const definition = mappingOf({
      eventSourceArn: stream.streamArn,
      batchSize: 1,
      parallelizationFactor: 2,
    });
    let stuckOn: string | undefined;
    const done: string[] = [];
    const mappings = stream.mappings(async (records) => {
      const [key = ''] = keysOf(records);
      stuckOn ??= key;
      if (key === stuckOn) return failure('stuck');
      done.push(key);
      return success();
    });
    await mappings.apply([definition]);
    for (let n = 0; n < 12; n += 1) stream.write(`k${n}`);
    await eventually('the other lane', () => done.length > 0);
    expect(stream.checkpoint(definition.id)).toBe(0);
    expect(mappings.report()).toMatchObject([{ lastError: 'Error: stuck', delivered: expect.any(Number) }]);
    await eventually('an age', () => (mappings.report()[0]?.iteratorAgeMs ?? 0) > 0);
  });
});
