import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '@gsp/cli-kit';
import type { RegionClients } from '../cloud/region-clients.ts';
import { findStackResource, readTemplate } from '../cloud/stack-resources.ts';
import type { BackendIdentity } from '../synthesis/synthesis-process.ts';
import { synthesize } from '../synthesis/synthesize.ts';

/** Properties of an `AWS::DynamoDB::GlobalTable`, as they stand in a template. */
type TableProperties = Readonly<Record<string, unknown>>;

/** What a deployment does to the table. */
export interface TableChange {
  readonly hasChanged: boolean;
  /** Regions that get a replica. */
  readonly added: readonly string[];
  /** Regions that lose theirs, with its items. */
  readonly removed: readonly string[];
  /** Secondary indexes that are built from the items that are there. */
  readonly addedIndexes: readonly string[];
  /** Secondary indexes that go, and with them the queries that use them. */
  readonly removedIndexes: readonly string[];
  /** Names of the properties that differ. */
  readonly what: readonly string[];
}

/**
 * How the table of a template differs from the one that is deployed. Both are templates of one generator, so that equal
 * definitions are equal text; the order of keys means nothing.
 */
export function compareTables(deployed: TableProperties, wanted: TableProperties): TableChange {
  const names = [...new Set([...Object.keys(deployed), ...Object.keys(wanted)])].sort();
  const what = names.filter((name) => canonical(deployed[name]) !== canonical(wanted[name]));
  const replicas = difference(replicaRegions(deployed), replicaRegions(wanted));
  const indexes = difference(indexNames(deployed), indexNames(wanted));
  return {
    hasChanged: what.length > 0,
    added: replicas.added,
    removed: replicas.removed,
    addedIndexes: indexes.added,
    removedIndexes: indexes.removed,
    what,
  };
}

/** Properties of the one table in a template; null where it has none. */
export function tableIn(template: unknown): TableProperties | null {
  const resources = member(template, 'Resources');
  if (!isRecord(resources)) return null;
  const table = Object.values(resources).find(
    (resource) => member(resource, 'Type') === 'AWS::DynamoDB::GlobalTable',
  );
  const properties = member(table, 'Properties');
  return isRecord(properties) ? properties : null;
}

function replicaRegions({ Replicas }: TableProperties): string[] {
  return textsOf(Replicas, 'Region');
}

function indexNames({ GlobalSecondaryIndexes }: TableProperties): string[] {
  return textsOf(GlobalSecondaryIndexes, 'IndexName');
}

function textsOf(list: unknown, key: string): string[] {
  if (!Array.isArray(list)) return [];
  return list.map((each) => member(each, key)).filter((value) => typeof value === 'string');
}

function difference(before: readonly string[], after: readonly string[]) {
  return {
    added: after.filter((each) => !before.includes(each)),
    removed: before.filter((each) => !after.includes(each)),
  };
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function member(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whose table is compared. */
interface ReadTableOptions {
  /** The project. */
  readonly rootDir: string;
  /** Of the stack that has the table. */
  readonly stackId: string;
  /** As `ampx` will name it. */
  readonly backend: BackendIdentity;
  readonly signal: AbortSignal;
}

/**
 * What a deployment of this checkout does to the table: its definition as synthesized, beside the one in the template
 * that is deployed. Null where the stack has no table yet, as after a creation that failed.
 *
 * @throws {SynthesisError} where the definition is wrong
 * @throws {CloudError} when CloudFormation cannot be asked
 */
export async function readTableChange(
  clients: RegionClients,
  { stackId, ...definition }: ReadTableOptions,
): Promise<TableChange | null> {
  const deployed = await deployedTable(clients, { stackId, signal: definition.signal });
  if (deployed === null) return null;
  return compareTables(deployed, await synthesizedTable({ region: clients.region, ...definition }));
}

async function deployedTable(
  clients: RegionClients,
  { stackId, signal }: { stackId: string; signal: AbortSignal },
): Promise<TableProperties | null> {
  const found = await findStackResource(clients, { stackId, type: 'AWS::DynamoDB::GlobalTable', signal });
  if (found === null) return null;
  const template = await readTemplate(clients, found.stackId, signal);
  try {
    return tableIn(JSON.parse(template));
  } catch (error) {
    throw new CommandError(
      `Cannot tell whether the table changes: the template of ${found.stackId} in ${clients.region} is no JSON, that of Amplify is. See who deployed it.`,
      { cause: error },
    );
  }
}

/** The table in the templates that this checkout makes of the primary. */
async function synthesizedTable({
  region,
  ...definition
}: Omit<ReadTableOptions, 'stackId'> & { readonly region: string }): Promise<TableProperties> {
  const [made] = await synthesize({ regions: [region], ...definition });
  const dir = made?.assemblyDir ?? '';
  const files = await readdir(dir);
  for (const file of files.filter((name) => name.endsWith('.template.json'))) {
    const table = tableIn(JSON.parse(await readFile(join(dir, file), 'utf8')));
    if (table !== null) return table;
  }
  throw new CommandError(
    `Cannot tell whether the table changes: what is synthesized for ${region} has none, the primary owns one. Look at packages/platform/src/infra/table-stack.ts.`,
  );
}
