import { type AwsCall, AwsFault } from '../cloud/aws-wire.ts';

export const ACCOUNT = '111122223333';

/** DynamoDB's own words for its rule of 24 hours. */
export const SOURCE_RULE =
  'Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in the last 24 hours.';

/** A table in one region. */
export interface FakeTableState {
  status: string;
  isProtected: boolean;
  readonly createdAtMs: number;
  /** Partition keys of its items. */
  readonly items: string[];
  links: string[];
  looks: number;
}

/** DynamoDB's tables in every region, replicated or not. */
export class FakeTables {
  readonly #tables = new Map<string, Map<string, FakeTableState>>();
  /** Whether DynamoDB's rule keeps a table that has no replicas any more. */
  keepsSource: () => boolean = () => false;

  answer(call: AwsCall): unknown {
    const { action, region, input } = call;
    switch (action) {
      case 'DescribeTable':
        return this.#describeTable(region, String(input.TableName));
      case 'Scan':
        return this.#scan(region, input);
      case 'UpdateTable':
        return this.#updateTable(region, input);
      case 'DeleteTable':
        return this.#deleteTable(region, String(input.TableName));
      default:
        return undefined;
    }
  }

  /** Regions that have that table. */
  regionsOf(tableName: string): string[] {
    return [...this.#tables].filter(([, tables]) => tables.has(tableName)).map(([region]) => region);
  }

  table(region: string, tableName: string): FakeTableState | undefined {
    return this.tablesIn(region).get(tableName);
  }

  tablesIn(region: string): Map<string, FakeTableState> {
    const found = this.#tables.get(region) ?? new Map<string, FakeTableState>();
    this.#tables.set(region, found);
    return found;
  }

  #describeTable(region: string, tableName: string): unknown {
    const table = this.table(region, tableName);
    if (table === undefined) return notFound(tableName);
    if (table.status === 'UPDATING' && table.looks-- <= 0) table.status = 'ACTIVE';
    if (table.status === 'DELETING' && table.looks-- <= 0) {
      this.#forget(region, tableName);
      return notFound(tableName);
    }
    for (const link of [...table.links]) {
      const replica = this.table(link, tableName);
      if (replica?.status === 'DELETING' && replica.looks-- <= 0) this.#forget(link, tableName);
    }
    return {
      Table: {
        TableName: tableName,
        TableArn: tableArn(region, tableName),
        TableStatus: table.status,
        DeletionProtectionEnabled: table.isProtected,
        CreationDateTime: new Date(table.createdAtMs),
        Replicas: table.links.map((RegionName) => ({
          RegionName,
          ReplicaStatus: this.table(RegionName, tableName)?.status ?? 'ACTIVE',
        })),
      },
    };
  }

  #forget(region: string, tableName: string): void {
    this.tablesIn(region).delete(tableName);
    for (const tables of this.#tables.values()) {
      const other = tables.get(tableName);
      if (other !== undefined) other.links = other.links.filter((link) => link !== region);
    }
  }

  #scan(region: string, { TableName, FilterExpression }: Record<string, unknown>): unknown {
    const table = this.table(region, String(TableName));
    if (table === undefined) return notFound(String(TableName));
    if (!String(FilterExpression).includes('NOT begins_with(pk, :health)')) return undefined;
    const items = table.items.filter(
      (pk) => !pk.startsWith('sys#health#') && !pk.startsWith('sys#evacuation'),
    );
    return { Items: items.map((pk) => ({ pk: { S: pk } })), Count: items.length };
  }

  #updateTable(region: string, input: Record<string, unknown>): unknown {
    const tableName = String(input.TableName);
    const table = this.table(region, tableName);
    if (table === undefined) return notFound(tableName);
    if (table.status !== 'ACTIVE') return new AwsFault('ResourceInUseException', 'in use');
    if (input.DeletionProtectionEnabled === false) table.isProtected = false;
    for (const removed of removedReplicas(input)) {
      const replica = this.table(removed, tableName);
      if (replica?.isProtected) return new AwsFault('ValidationException', 'protected against deletion');
      if (replica !== undefined) Object.assign(replica, { status: 'DELETING', looks: 1 });
    }
    Object.assign(table, { status: 'UPDATING', looks: 1 });
    return { TableDescription: {} };
  }

  #deleteTable(region: string, tableName: string): unknown {
    const table = this.table(region, tableName);
    if (table === undefined) return notFound(tableName);
    if (table.isProtected) return new AwsFault('ValidationException', 'protected against deletion');
    if (table.links.length > 0 || this.keepsSource()) return new AwsFault('ValidationException', SOURCE_RULE);
    Object.assign(table, { status: 'DELETING', looks: 1 });
    return { TableDescription: {} };
  }
}

function removedReplicas({ ReplicaUpdates }: Record<string, unknown>): string[] {
  if (!Array.isArray(ReplicaUpdates)) return [];
  return ReplicaUpdates.map(
    (update: { Delete?: { RegionName?: string } }) => update.Delete?.RegionName ?? '',
  );
}

/** The table's ARN, the same whether it is there or not. */
export function tableArn(region: string, tableName: string): string {
  return `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${tableName}`;
}

function notFound(tableName: string): AwsFault {
  return new AwsFault(
    'ResourceNotFoundException',
    `Requested resource not found: Table: ${tableName} not found`,
  );
}
