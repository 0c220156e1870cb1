import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { makeOwnFolder, readOwnFile, replaceOwnFile } from '../../own-file.ts';
import { isObject } from '../item/attribute-value.ts';
import type { TableDefinition } from '../table-definition.ts';
import { DataDirectoryError } from './data-directory-error.ts';

/** What stays the same about a table for as long as its data is kept. */
export interface TableMeta {
  readonly schemaHash: string;
  readonly tableId: string;
  readonly createdAtMs: number;
}

/** What a data directory says about itself. */
export interface ReplicaMeta {
  readonly region: string;
  /** Names the change log: another one where the data was removed, so that peers can tell. */
  readonly logId: string;
  readonly tables: Readonly<Record<string, TableMeta>>;
}

const FILE_NAME = 'meta.json';
const FORMAT_VERSION = 1;

/**
 * Reads what the data directory says about itself, and adds tables that are new to it. A data directory without
 * a description is new, and gets one.
 *
 * @throws {DataDirectoryError} `Corrupt`, `OtherFormat`, `OtherRegion`, or `OtherSchema` when a table's keys or
 * indexes are not what they were
 */
export function openReplicaMeta(
  dataDir: string,
  expected: { readonly region: string; readonly tables: readonly TableDefinition[]; readonly nowMs: number },
): ReplicaMeta {
  makeOwnFolder(dataDir);
  const path = join(dataDir, FILE_NAME);
  const bytes = readOwnFile(path);
  const stored = bytes === undefined ? newMeta(expected.region) : readMeta(path, bytes);
  if (stored.region !== expected.region)
    throw new DataDirectoryError('OtherRegion', path, {
      reason: `it belongs to ${stored.region}, this replica is in ${expected.region}`,
    });
  const tables: Record<string, TableMeta> = { ...stored.tables };
  for (const definition of expected.tables) {
    const schemaHash = schemaHashOf(definition);
    const known = tables[definition.tableName];
    if (known !== undefined && known.schemaHash !== schemaHash)
      throw new DataDirectoryError('OtherSchema', path, {
        reason: `the keys or indexes of the table ${definition.tableName} are not those of the deployed template`,
      });
    tables[definition.tableName] = known ?? newTable(schemaHash, expected.nowMs);
  }
  const meta = { region: expected.region, logId: stored.logId, tables };
  replaceOwnFile(path, `${JSON.stringify({ formatVersion: FORMAT_VERSION, ...meta }, null, 2)}\n`);
  return meta;
}

function newMeta(region: string): ReplicaMeta {
  return { region, logId: randomUUID(), tables: {} };
}

function newTable(schemaHash: string, nowMs: number): TableMeta {
  return { schemaHash, tableId: randomUUID(), createdAtMs: nowMs };
}

function schemaHashOf(definition: TableDefinition): string {
  const {
    attributeDefinitions,
    keySchema,
    globalSecondaryIndexes = [],
    localSecondaryIndexes = [],
  } = definition;
  const attributes = [...attributeDefinitions].sort((a, b) => (a.AttributeName < b.AttributeName ? -1 : 1));
  const schema = { attributes, keySchema, globalSecondaryIndexes, localSecondaryIndexes };
  return createHash('sha256').update(JSON.stringify(schema)).digest('hex');
}

function readMeta(path: string, bytes: Buffer): ReplicaMeta {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DataDirectoryError('Corrupt', path, { reason: 'it is not JSON', cause });
  }
  if (!isObject(parsed) || parsed.formatVersion !== FORMAT_VERSION)
    throw new DataDirectoryError('OtherFormat', path, { reason: `it is not of format ${FORMAT_VERSION}` });
  if (
    typeof parsed.region !== 'string' ||
    !isObject(parsed.tables) ||
    !Object.values(parsed.tables).every(isTableMeta)
  )
    throw new DataDirectoryError('Corrupt', path, { reason: 'a member is missing or of another type' });
  return {
    region: parsed.region,
    // Version 0.2 wrote none.
    logId: typeof parsed.logId === 'string' ? parsed.logId : randomUUID(),
    tables: parsed.tables as Readonly<Record<string, TableMeta>>,
  };
}

function isTableMeta(value: unknown): value is TableMeta {
  return (
    isObject(value) &&
    typeof value.schemaHash === 'string' &&
    typeof value.tableId === 'string' &&
    typeof value.createdAtMs === 'number'
  );
}
