import { describe, expect, test } from 'vitest';
import { mergeTables } from '../../src/assembly/tables-of.ts';
import { errorOf, resolvedRegion } from './assembly-fixture.ts';

describe('mergeTables()', () => {
  const table = (tableName: string, replicaRegions: string[]) => ({
    tableName,
    attributeDefinitions: [],
    keySchema: [],
    replicaRegions,
  });
  const regionOf = (region: string, tables: ReturnType<typeof table>[]) => resolvedRegion(region, { tables });

  test('puts a global table into each of its regions and a local one into its own', () => {
    const merged = mergeTables([
      regionOf('a', [table('global', ['a', 'b']), table('local', ['a'])]),
      regionOf('b', []),
    ]);
    expect(merged.get('a')?.map(({ tableName }) => tableName)).toEqual(['global', 'local']);
    expect(merged.get('b')).toEqual([table('global', ['a', 'b'])]);
  });

  test('leaves out replicas in regions that nobody runs', () => {
    expect(mergeTables([regionOf('a', [table('t', ['a', 'elsewhere'])])]).get('a')).toEqual([
      table('t', ['a']),
    ]);
  });

  test('takes the same definition from two templates and fails on different ones', () => {
    const same = [regionOf('a', [table('t', ['a', 'b'])]), regionOf('b', [table('t', ['a', 'b'])])];
    expect(mergeTables(same).get('b')).toHaveLength(1);
    const different = [regionOf('a', [table('t', ['a', 'b'])]), regionOf('b', [table('t', ['b'])])];
    expect(errorOf(() => mergeTables(different))).toMatchObject({ code: 'ConflictingTables' });
  });
});
