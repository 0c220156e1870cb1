import type { TableDefinition } from '../dynamodb/table-definition.ts';
import { AssemblyError } from './assembly-error.ts';
import type { ResolvedRegion } from './resolved-region.ts';

/**
 * The tables of every region: those its own templates define, and the replicas that another region's template puts
 * there. Only the region that owns a global table has it in its template.
 *
 * A replica in a region that is not among `regions` is left out of `replicaRegions`: nobody runs it, so nothing
 * must wait to be replicated to it.
 *
 * @throws {AssemblyError} `ConflictingTables` when two templates put different tables of one name into a region
 */
export function mergeTables(regions: readonly ResolvedRegion[]): Map<string, TableDefinition[]> {
  const merged = new Map<string, TableDefinition[]>(regions.map(({ region }) => [region, []]));
  for (const { tables } of regions) {
    for (const table of tables) {
      const replicaRegions = table.replicaRegions.filter((region) => merged.has(region));
      for (const region of replicaRegions)
        addTable(merged.get(region) ?? [], { ...table, replicaRegions }, region);
    }
  }
  return merged;
}

function addTable(tables: TableDefinition[], table: TableDefinition, region: string): void {
  const existing = tables.find(({ tableName }) => tableName === table.tableName);
  if (!existing) {
    tables.push(table);
  } else if (JSON.stringify(existing) !== JSON.stringify(table)) {
    throw new AssemblyError(
      'ConflictingTables',
      `Cannot create table ${table.tableName} in ${region}: the templates of two regions define it differently, one owner is needed. Define a global table in its primary region only.`,
    );
  }
}
