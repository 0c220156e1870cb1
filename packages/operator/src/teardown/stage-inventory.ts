/** A root stack that carries the stage's tags. */
export interface StackState {
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  /** CloudFormation's, such as `UPDATE_COMPLETE`. */
  readonly status: string;
  /** `backend` is a region's backend, `table` the primary's stack of the table, `edge` what stands in us-east-1 beside them. */
  readonly part: 'backend' | 'table' | 'edge';
  readonly hasTerminationProtection: boolean;
}

/** The stage's table in one region. */
export interface ReplicaState {
  readonly region: string;
  /** Whether DynamoDB refuses to delete it. It is set per replica, and never synchronised. */
  readonly isProtected: boolean;
  /** Whether it replicates with the table's home. One that does not is a table of its own. */
  readonly isLinked: boolean;
  /** When this replica was made, or null where DynamoDB does not say. */
  readonly createdAtMs: number | null;
}

/** The stage's global table, as DynamoDB and the stack that made it tell. */
export interface TableState {
  readonly tableName: string;
  /** The region from which the other replicas are removed: the primary, or where the table still is. */
  readonly home: string;
  /** Every region that has it, the home first. */
  readonly replicas: readonly ReplicaState[];
  /** Regions that vote in a strongly consistent table and hold no items. */
  readonly witnesses: readonly string[];
  /** Multi-Region strong consistency: replicas can then only be removed two at a time. */
  readonly isStrong: boolean;
  /** Whether it holds anything but the platform's own health canaries and evacuations. */
  readonly hasItems: boolean;
  /** Whether it outlives its stack; true where no stack has it. */
  readonly isRetained: boolean;
}

/** Everything of one stage that stands on AWS, as far as it can be found by tags and by computed names. */
export interface StageInventory {
  readonly project: string;
  readonly stage: string;
  /** What the stage was deployed as: what a person types. */
  readonly branch: string;
  readonly primary: string;
  /** Regions asked for. */
  readonly chosen: readonly string[];
  readonly stacks: readonly StackState[];
  readonly table: TableState | null;
  /** Names of the stage's records in the primary region that exist, without the lock. */
  readonly parameters: readonly string[];
}

/** Regions in which anything of the stage stands, the primary first, the others in the order of their names. */
export function occupiedRegions({ primary, stacks, table }: StageInventory): string[] {
  const regions = new Set([
    ...stacks.filter(({ part }) => part !== 'edge').map(({ region }) => region),
    ...(table?.replicas ?? []).map(({ region }) => region),
  ]);
  return [...regions].sort((a, b) => Number(b === primary) - Number(a === primary) || a.localeCompare(b));
}
