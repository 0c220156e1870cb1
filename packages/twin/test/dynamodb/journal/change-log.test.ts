import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChangeLog } from '../../../src/dynamodb/journal/change-log.ts';
import type { ChangeRecord } from '../../../src/dynamodb/journal/change-record.ts';

let dataDir: string;
let log: ChangeLog;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'change-log-'));
  log = ChangeLog.open(dataDir).log;
});
afterEach(() => {
  log.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const change = (n: number, timeMs = n): Omit<ChangeRecord, 'sequence'> => ({
  stamp: `stamp-${n}`,
  origin: 'eu-west-1',
  tableName: 'items',
  key: `1:k${n}`,
  timeMs,
  oldImage: n % 2 === 0 ? '{"pk":{"S":"ö"}}' : null,
  newImage: `{"n":{"N":"${n}"}}`,
  expired: n % 3 === 0,
});
const append = (from: number, to: number) => {
  for (let n = from; n <= to; n += 50)
    log.append(Array.from({ length: Math.min(50, to - n + 1) }, (_, offset) => change(n + offset)));
};
const readAll = (after = 0) => {
  const records: ChangeRecord[] = [];
  for (let position = after; ; position = records.at(-1)?.sequence ?? position) {
    const batch = log.read({ after: position, limit: 1_000 });
    if (batch.length === 0) return records;
    records.push(...batch);
  }
};

describe('ChangeLog', () => {
  test('read() returns every record in order across segments, from memory and from files', () => {
    append(1, 10_000);
    expect(log.segmentCount).toBe(3);
    expect(readdirSync(dataDir)).toHaveLength(3);
    const records = readAll();
    expect(records.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 10_000 }, (_, n) => n + 1));
    expect(records[5_000]).toEqual({ sequence: 5_001, ...change(5_001) });
    log.close();
    log = ChangeLog.open(dataDir).log;
    expect(readAll()).toEqual(records);
    expect(log.lastSequence).toBe(10_000);
  });

  test('append() goes on with the next sequence number after a restart, in a segment that was just begun too', () => {
    append(1, 4_096);
    expect(log.segmentCount).toBe(2);
    log.close();
    log = ChangeLog.open(dataDir).log;
    expect(log.append([change(1)])[0]?.sequence).toBe(4_097);
  });

  test('append() wakes its listeners with the records until they unsubscribe', () => {
    const heard: number[] = [];
    const stop = log.onAppend((records) => heard.push(...records.map(({ sequence }) => sequence)));
    log.append([change(1), change(2)]);
    log.append([]);
    stop();
    log.append([change(3)]);
    expect(heard).toEqual([1, 2]);
  });

  test('trim() removes old segments, but none that somebody has yet to read', () => {
    append(1, 10_000);
    log.trim({ beforeMs: 0, upTo: 10_000 });
    expect(log.firstSequence).toBe(1);
    log.trim({ beforeMs: 1_000_000, upTo: 5_000 });
    const first = log.firstSequence;
    expect(first).toBeGreaterThan(4_000);
    expect(first).toBeLessThanOrEqual(5_001);
    expect(readAll()[0]?.sequence).toBe(first);
    log.trim({ beforeMs: 1_000_000, upTo: 10_000 });
    expect(log.segmentCount).toBe(1);
    expect(log.lastSequence).toBe(10_000);
  });

  test.each([
    ['was cut off', (text: string) => text.slice(0, text.length / 2)],
    ['lost its last line', (text: string) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)],
    ['is of something else', () => 'nonsense\n'],
    ['is empty', () => ''],
  ])('open() refuses an older segment that %s', (_, damage) => {
    append(1, 10_000);
    const oldest = oldestSegment();
    writeFileSync(oldest, damage(readFileSync(oldest, 'utf8')));
    expect(() => ChangeLog.open(dataDir)).toThrow(
      expect.objectContaining({
        code: 'Corrupt',
        path: oldest,
        message: expect.stringContaining('are needed up to'),
      }),
    );
  });

  test('open() refuses a log of which a segment in the middle is missing', () => {
    append(1, 15_000);
    const [oldest = '', second = ''] = readdirSync(dataDir).sort();
    rmSync(join(dataDir, second));
    expect(() => ChangeLog.open(dataDir)).toThrow(expect.objectContaining({ path: join(dataDir, oldest) }));
  });

  test('read() names an older segment that became corrupt', () => {
    append(1, 10_000);
    log.close();
    log = ChangeLog.open(dataDir).log;
    const oldest = oldestSegment();
    writeFileSync(oldest, 'nonsense\n');
    expect(() => log.read({ after: 0, limit: 1 })).toThrow(
      expect.objectContaining({ code: 'Corrupt', path: oldest }),
    );
    expect(log.read({ after: 9_999, limit: 1 })).toHaveLength(1);
  });

  function oldestSegment(): string {
    return join(dataDir, readdirSync(dataDir).sort()[0] ?? '');
  }
});
