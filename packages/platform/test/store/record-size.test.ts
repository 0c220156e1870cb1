// Goal: no item grows, patch by patch, to where the table, or the conflict log that keeps it when it is lost, refuses it.
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import { conflictOf } from '../../src/domain/conflict-log.ts';
import { createConflictMerger } from '../../src/domain/conflict-merger.ts';
import { toConflictRecord } from '../../src/store/conflict-record.ts';
import { toImageRecord } from '../../src/store/image-record.ts';
import { recordBytes, requireRoom } from '../../src/store/record-size.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { childOf, randomOf, regions } from '../domain/write-under-test.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';

/** What DynamoDB keeps: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const TABLE_BYTES = 409_600;
const tooLarge = expect.objectContaining({ code: 'item-too-large' });

describe('recordBytes()', () => {
  it.each<[string, object, number]>([
    ['text, in UTF-8, with its name', { pk: 'é😀' }, 2 + 6],
    ['a number, by two digits a byte', { n: 12_345 }, 1 + 4],
    ['a number below zero', { n: -1 }, 1 + 3],
    ['zeros at an end', { n: 1_000_000 }, 1 + 2],
    ['a small number', { n: 1e-100 }, 1 + 2],
    ['truth and null', { t: true, n: null }, 4],
    ['a list', { l: [0, 'ab'] }, 1 + 3 + (1 + 1) + (1 + 2)],
    ['a map', { m: new Map([['ab', 0]]) }, 1 + 3 + 1 + 2 + 1],
    ['an object', { m: { ab: true } }, 1 + 3 + 1 + 2 + 1],
    ['what is left out', { m: undefined }, 0],
  ])('counts %s', (_, record, bytes) => {
    expect(recordBytes({ ...record })).toBe(bytes);
  });
});

describe('requireRoom()', () => {
  it('takes what fits, and nothing that is a byte longer', () => {
    const record = { pk: 'p', data: 'x'.repeat(limits.recordBytesMax - 'pkpdata'.length) };
    expect(() => requireRoom(record)).not.toThrow();
    expect(() => requireRoom({ ...record, data: `${record.data}x` })).toThrow(tooLarge);
  });

  it('takes every body that a stage may take', () => {
    const depth = limits.dataDepthMax;
    const unit = `${'['.repeat(depth)}0${']'.repeat(depth)}`;
    const count = Math.floor((limits.bodyLimitBytesMax - '{"data":[]}'.length) / (unit.length + 1));
    const data = JSON.parse(`[${Array(count).fill(unit).join()}]`);
    expect(() => requireRoom(toImageRecord(childOf(undefined, { content: { data } })))).not.toThrow();
  });

  it('leaves room for the entry of the conflict log', () => {
    const key = { pk: `${'n'.repeat(32)}~${'😀'.repeat(128)}`, sk: '😀'.repeat(128) };
    const lost = { ...childOf(undefined), ...key };
    const free = limits.recordBytesMax - recordBytes(toImageRecord({ ...lost, data: '' }));
    const image = { ...lost, data: 'x'.repeat(free) };
    expect(() => requireRoom(toImageRecord(image))).not.toThrow();
    const seen = { atMs: 1, region: 'ap-southeast-1', ttlSeconds: 60 };
    const id = {
      pk: key.pk,
      item: 'f'.repeat(16),
      dot: image.dot,
      updatedAtMs: 1,
      history: [],
      isQuiet: false,
    };
    const entry = toConflictRecord(id, conflictOf(image, lost, seen));
    expect(recordBytes(entry)).toBeLessThan(TABLE_BYTES);
  });
});

describe('createConflictMerger()', () => {
  it('leaves to the log what does not fit into one item', async () => {
    const base = childOf(undefined);
    const half = 'x'.repeat(limits.recordBytesMax / 2);
    const lost = childOf(base, { seed: 2, content: { data: half } });
    const held = childOf(base, { seed: 3, region: 'eu-central-1', content: { data: half } });
    const memory = memoryItemStore();
    const replace: typeof memory.replace = async (image, before, call) => {
      requireRoom(toImageRecord(image));
      return memory.replace(image, before, call);
    };
    await replace(held, undefined);
    const merging = createConflictMerger({
      ...{
        store: { ...memory, replace },
        clock: manualClock(),
        random: randomOf(1),
        region: 'eu-west-1',
        regions,
      },
      mergeOf: () => (mine, theirs) => `${mine}${theirs}`,
    });
    expect(await merging(lost)).toBe(false);
  });
});
