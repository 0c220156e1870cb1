/** Properties of an `AWS::DynamoDB::GlobalTable`, as they stand in a template. */
export type TableProperties = Readonly<Record<string, unknown>>;

/** What a deployment does to the table. */
export interface TableChange {
  readonly hasChanged: boolean;
  /** Regions that get a replica. */
  readonly added: readonly string[];
  /** Regions that lose theirs, with its items. */
  readonly removed: readonly string[];
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
  const before = replicaRegions(deployed);
  const after = replicaRegions(wanted);
  return {
    hasChanged: what.length > 0,
    added: after.filter((region) => !before.includes(region)),
    removed: before.filter((region) => !after.includes(region)),
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

function replicaRegions(properties: TableProperties): string[] {
  const { Replicas: replicas } = properties;
  if (!Array.isArray(replicas)) return [];
  return replicas.map((replica) => member(replica, 'Region')).filter((region) => typeof region === 'string');
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
