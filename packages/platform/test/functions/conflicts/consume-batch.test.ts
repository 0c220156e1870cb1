import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, ChangeConsumer } from '../../../src/domain/change-consumer.ts';
import type { ItemImage } from '../../../src/domain/item-image.ts';
import { PlatformError } from '../../../src/domain/platform-error.ts';
import { createBatchLog } from '../../../src/functions/conflicts/batch-log.ts';
import { createBatchConsumer } from '../../../src/functions/conflicts/consume-batch.ts';
import { toImageRecord } from '../../../src/store/image-record.ts';
import { toIncrementRecord } from '../../../src/store/increment-record.ts';
import type { StreamRecord } from '../../../src/store/stream-change.ts';
import { manualClock } from '../../domain/manual-clock.ts';
import { toAttributes } from '../../store/to-attributes.ts';

const time = '2026-11-22T12:00:00.000Z';
const attributes = (record: object) => toAttributes(Object.entries(record));

function imageOf(sk: string, region: string, dot: number): ItemImage {
  return {
    ...{
      pk: 'a',
      sk,
      createdAt: time,
      updatedAt: time,
      ttl: 1_795_000_000,
      region,
      version: { [region]: dot },
    },
    ...{ dot, history: [], deleted: false, data: { secret: 'confidential' }, keyedWrites: [] },
  };
}

/** A record in which another region's image replaces one of ours; its dot is its place in the batch. */
function recordOf(sk: string, index: number): StreamRecord {
  return {
    ...{ eventID: `e${index}`, eventName: 'MODIFY' },
    dynamodb: {
      ...{ ApproximateCreationDateTime: 1_790_000_000, SequenceNumber: `${1000 + index}` },
      Keys: attributes({ pk: 'a', sk }),
      OldImage: attributes(toImageRecord(imageOf(sk, 'eu-west-1', index + 1))),
      NewImage: attributes(toImageRecord(imageOf(sk, 'eu-central-1', 999))),
    },
  };
}

function setUp(consume: ChangeConsumer) {
  const clock = manualClock();
  const lines: string[] = [];
  const place = { region: 'eu-west-1', project: 'gsp', stage: 'main' };
  const log = createBatchLog({ write: (line) => lines.push(line), clock, ...place });
  const consumeBatch = createBatchConsumer({ consume, log, clock, parallelMax: 3 });
  return { clock, consumeBatch, lines, parsed: () => lines.map((line) => JSON.parse(line)) };
}

const placeOf = (change: Change) => (change.kind === 'item' ? change.before.dot - 1 : -1);

describe('createBatchConsumer()', () => {
  it('reports the first failed record, with all before it done, and each item’s records in order', async () => {
    const batch = fc.array(fc.record({ sk: fc.constantFrom('x', 'y', 'z', 'u', 'v'), fails: fc.boolean() }), {
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(batch, fc.infiniteStream(fc.nat({ max: 3 })), async (steps, waits) => {
        const done: number[] = [];
        const underway = new Set<string>();
        const { consumeBatch } = setUp(async (change) => {
          const index = placeOf(change);
          const { sk = '', fails = true } = steps[index] ?? {};
          expect(underway.has(sk)).toBe(false);
          expect(underway.size).toBeLessThan(3);
          underway.add(sk);
          for (let wait = waits.next().value; wait > 0; wait--) await Promise.resolve();
          underway.delete(sk);
          if (fails) throw new PlatformError('table-throttled', 'Cannot write: throttled');
          done.push(index);
          return 'nothing';
        });
        const Records = steps.map(({ sk }, index) => recordOf(sk, index));
        const { batchItemFailures } = await consumeBatch({ Records });
        const first = steps.findIndex(({ fails }) => fails);
        const expected = first === -1 ? [] : [{ itemIdentifier: `${1000 + first}` }];
        expect(batchItemFailures).toStrictEqual(expected);
        const before = first === -1 ? steps.length : first;
        const ordered = done.toSorted((a, b) => a - b);
        expect(ordered.slice(0, before)).toStrictEqual(Array.from({ length: before }, (_v, index) => index));
        for (const item of new Set(steps.map(({ sk }) => sk))) {
          const own = done.filter((index) => steps[index]?.sk === item);
          expect(own).toStrictEqual(own.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('begins nothing behind a record that has failed', async () => {
    const begun: number[] = [];
    const { consumeBatch } = setUp(async (change) => {
      begun.push(placeOf(change));
      if (placeOf(change) === 0) throw new PlatformError('table-timeout', 'Cannot write: too slow');
      return 'nothing';
    });
    const Records = Array.from({ length: 50 }, (_value, index) => recordOf(`item-${index}`, index));
    await consumeBatch({ Records });
    expect(begun.length).toBeLessThanOrEqual(5);
  });

  it('does without a record that cannot be read, and keeps what is left of it in the log', async () => {
    const { consumeBatch, parsed } = setUp(async () => 'nothing');
    const good = recordOf('x', 0);
    const OldImage = { ...(good.dynamodb?.OldImage as object), ttl: { S: 'soon' } };
    const answer = await consumeBatch({ Records: [{ ...good, dynamodb: { ...good.dynamodb, OldImage } }] });
    expect(answer).toStrictEqual({ batchItemFailures: [] });
    expect(parsed()).toStrictEqual([expect.objectContaining({ level: 'ERROR', eventID: 'e0' })]);
    const [line] = parsed();
    expect(line.oldImage).toStrictEqual(OldImage);
    expect(line.message).toMatch(/^Cannot tell whether a write was lost: .* write it anew with PUT/);
  });

  it('follows up a write that another program has replaced, and warns', async () => {
    const changes: Change[] = [];
    const { consumeBatch, parsed } = setUp(async (change) => {
      changes.push(change);
      return 'conflict';
    });
    const good = recordOf('x', 0);
    const NewImage = attributes({ pk: 'a', sk: 'x' });
    await consumeBatch({ Records: [{ ...good, dynamodb: { ...good.dynamodb, NewImage } }] });
    expect(changes).toMatchObject([{ kind: 'item', before: { sk: 'x' } }]);
    expect(changes[0]).not.toHaveProperty('after');
    expect(parsed()[0]).toMatchObject({ level: 'WARN', message: expect.stringContaining('conflict log') });
  });

  it('gives up in time for its answer, and has the rest given again', async () => {
    const { clock, consumeBatch } = setUp((_change, { signal } = {}) => {
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new PlatformError('table-timeout', 'Cannot: over')));
      });
    });
    const context = { getRemainingTimeInMillis: () => 60_000 };
    const answer = consumeBatch({ Records: [recordOf('x', 0), recordOf('y', 1)] }, context);
    clock.advance(54_999);
    expect(clock.timers).toBe(1);
    clock.advance(1);
    expect(await answer).toStrictEqual({ batchItemFailures: [{ itemIdentifier: '1000' }] });
    expect(clock.timers).toBe(0);
  });

  it('leaves no timer behind, and writes nothing, when there was nothing to do', async () => {
    const { clock, consumeBatch, lines } = setUp(async () => 'nothing');
    expect(await consumeBatch({})).toStrictEqual({ batchItemFailures: [] });
    expect(await consumeBatch({ Records: [recordOf('x', 0)] })).toStrictEqual({ batchItemFailures: [] });
    expect(clock.timers).toBe(0);
    expect(lines).toStrictEqual([]);
  });

  it('has the whole batch given again when the failed record has no number', async () => {
    const { consumeBatch } = setUp(() => Promise.reject(new Error('unexpected')));
    const { dynamodb, ...record } = recordOf('x', 0);
    const { SequenceNumber: _none, ...unnumbered } = dynamodb ?? {};
    const answer = await consumeBatch({ Records: [{ ...record, dynamodb: unnumbered }] });
    expect(answer).toStrictEqual({ batchItemFailures: [{ itemIdentifier: '' }] });
  });
});

describe('createBatchLog()', () => {
  it('writes one line of metrics a batch, and a line with ids but no data for each lost write', async () => {
    const { consumeBatch, lines, parsed } = setUp(async (change) =>
      change.kind === 'increment' ? 'taken-back' : 'conflict',
    );
    const increment = {
      id: 'c',
      key: 'k',
      request: 'r',
      by: 5,
      region: 'eu-west-1',
      atMs: 1,
      until: 60,
      ttl: 60,
    };
    const OldImage = attributes(toIncrementRecord(increment));
    const NewImage = attributes(toIncrementRecord({ ...increment, region: 'eu-central-1' }));
    const counted = { eventName: 'MODIFY', dynamodb: { OldImage, NewImage, Keys: {} } };
    await consumeBatch({ Records: [recordOf('x', 0), recordOf('y', 1), counted] });
    const [metrics] = parsed().filter(({ _aws }) => _aws !== undefined);
    expect(metrics).toStrictEqual({
      ...{ timestamp: '2026-11-22T12:00:00.250Z', level: 'INFO', message: 'metrics', region: 'eu-west-1' },
      _aws: {
        Timestamp: Date.parse('2026-11-22T12:00:00.250Z'),
        CloudWatchMetrics: [
          {
            Namespace: 'GlobalServerlessPlatform',
            Dimensions: [['Project', 'Stage']],
            Metrics: [
              { Name: 'ConflictsDetected', Unit: 'Count' },
              { Name: 'IncrementsTakenBack', Unit: 'Count' },
            ],
          },
        ],
      },
      ...{ Project: 'gsp', Stage: 'main', ConflictsDetected: 2, IncrementsTakenBack: 1 },
    });
    const found = parsed().filter(({ message }) => message === 'conflict');
    expect(found).toMatchObject([
      {
        level: 'INFO',
        pk: 'a',
        sk: 'x',
        dot: 1,
        writtenIn: 'eu-west-1',
        winner: { writtenIn: 'eu-central-1' },
      },
      { sk: 'y' },
    ]);
    expect(parsed().filter(({ message }) => message === 'taken-back')).toMatchObject([
      { counter: 'c', by: 5, countedIn: 'eu-west-1', keptIn: 'eu-central-1' },
    ]);
    expect(lines).toHaveLength(4);
    expect(lines.join()).not.toContain('confidential');
  });

  it('tells why a record has to come again, causes included, without data', async () => {
    const cause = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    const thrown = new PlatformError('table-throttled', 'Cannot enter the conflict', { cause });
    const { consumeBatch, lines, parsed } = setUp(() => Promise.reject(thrown));
    await consumeBatch({ Records: [recordOf('x', 0)] });
    expect(parsed()).toMatchObject([
      {
        ...{ level: 'WARN', sequenceNumber: '1000', keys: { pk: { S: 'a' }, sk: { S: 'x' } } },
        error: { code: 'table-throttled', cause: { name: 'ThrottlingException', message: 'slow down' } },
      },
    ]);
    expect(lines.join()).not.toContain('confidential');
  });
});
