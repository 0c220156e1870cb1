import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TombstoneFile } from '../../src/dynamodb/journal/tombstones.ts';
import { every } from '../../src/dynamodb/maintenance/every.ts';
import { expireTombstones } from '../../src/dynamodb/maintenance/expire-tombstones.ts';
import { createReplicaTables } from '../../src/dynamodb/write/replica-table.ts';
import { eventually } from './support/eventually.ts';
import { testTable } from './support/test-table.ts';

const DAY_MS = 86_400_000;

describe('expireTombstones()', () => {
  function filled() {
    const dataDir = mkdtempSync(join(tmpdir(), 'tombstones-'));
    const meta = { schemaHash: '', tableId: '00000000-0000', createdAtMs: 0 };
    const tables = createReplicaTables({
      region: 'eu-west-1',
      accountId: '1',
      definitions: [testTable],
      metas: { [testTable.tableName]: meta },
    });
    const [table] = tables.all();
    if (table === undefined) throw new Error('The replica has no table');
    const { file } = TombstoneFile.open(dataDir);
    for (let n = 0; n < 20_000; n += 1) {
      const tombstone = {
        tableName: table.name,
        key: `3:key${n}`,
        stamp: `stamp-${n}`,
        timeMs: n < 19_000 ? 0 : DAY_MS,
      };
      file.append([tombstone]);
      table.index.setTombstone(tombstone.key, tombstone.stamp, tombstone.timeMs);
    }
    const close = () => {
      file.close();
      rmSync(dataDir, { recursive: true, force: true });
    };
    return { tables, table, file, dataDir, close };
  }

  test('forgets what is older than a day, in memory and in the file', () => {
    const { tables, table, file, dataDir, close } = filled();
    expireTombstones({ tables, file, nowMs: DAY_MS + 1_000, settled: true });
    expect(table.index.get('3:key0')).toBeUndefined();
    expect(table.index.get('3:key19500')?.stamp).toBe('stamp-19500');
    expect(TombstoneFile.open(dataDir).tombstones).toHaveLength(1_000);
    close();
  });

  test('forgets nothing while a change may be on its way', () => {
    const { tables, table, file, dataDir, close } = filled();
    expireTombstones({ tables, file, nowMs: 10 * DAY_MS, settled: false });
    expect(table.index.get('3:key0')?.stamp).toBe('stamp-0');
    expect(TombstoneFile.open(dataDir).tombstones).toHaveLength(20_000);
    close();
  });
});

describe('every()', () => {
  test('runs again after a failure, and not after it was stopped', async () => {
    let runs = 0;
    const errors: unknown[] = [];
    const stop = every(
      5,
      async () => {
        runs += 1;
        throw new Error(`run ${runs}`);
      },
      (error) => errors.push(error),
    );
    await eventually('it ran three times', () => runs >= 3);
    await stop();
    const atStop = runs;
    expect(errors).toHaveLength(atStop);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(runs).toBe(atStop);
  });
});
