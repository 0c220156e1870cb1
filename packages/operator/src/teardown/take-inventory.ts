import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { edgeStackName, tableStackName } from '@gsp/platform/topology';
import type { BackendStack } from '../cloud/backend-stack.ts';
import { findRootStacks } from '../cloud/find-backend-stack.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import { isRetained, ownedResources } from '../cloud/stack-resources.ts';
import { deploymentParameter, readParameter } from '../cloud/stage-parameters.ts';
import { primaryOf, type StageTarget } from '../cloud/stage-target.ts';
import { describeTable, holdsItems } from '../cloud/table.ts';
import type { ReplicaState, StackState, StageInventory, TableState } from './stage-inventory.ts';

/** Where services that are not in any region keep their resources, and where a stage's edge stands. */
export const EDGE_REGION = 'us-east-1';

/** Which stage, and whether all of its regions are meant. */
export interface InventoryOptions {
  /** Whether regions were named: then one that the topology no longer lists stays untouched. */
  readonly isPartial: boolean;
  readonly signal: AbortSignal;
}

/**
 * Everything of the stage that stands, in every region that the topology lists and in every other that its table tells
 * of. Reads only.
 *
 * @throws {CloudError} when AWS cannot be asked
 */
export async function takeInventory(
  cloud: Cloud,
  target: StageTarget,
  { isPartial, signal }: InventoryOptions,
): Promise<StageInventory> {
  const primary = primaryOf(target);
  const described = await describeEverywhere(cloud, target, signal);
  const regions = [...new Set([...target.regions, ...described.keys()])];
  const stacks = await findStacks(cloud, { target, regions, signal });
  const deployment = deploymentParameter(target);
  const hasRecord = (await readParameter(cloud.region(primary), deployment, signal)) !== null;
  return {
    project: target.project,
    stage: target.stage,
    branch: target.branch,
    primary,
    chosen: isPartial ? target.chosen : regions,
    stacks,
    table: await tableState(cloud, { target, described, stacks, signal }),
    parameters: hasRecord ? [deployment] : [],
  };
}

/** The table in each region that has it. Replicas are followed, so that a region the topology has lost is found. */
async function describeEverywhere(
  cloud: Cloud,
  { regions, tableName }: StageTarget,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, TableDescription>> {
  const found = new Map<string, TableDescription>();
  const asked = new Set<string>();
  const queue = [...regions];
  for (let region = queue.shift(); region !== undefined; region = queue.shift()) {
    if (asked.has(region)) continue;
    asked.add(region);
    const table = await describeTable(cloud.region(region), { tableName, signal });
    if (table === null) continue;
    found.set(region, table);
    queue.push(...linkedRegions(table));
  }
  return found;
}

async function findStacks(
  cloud: Cloud,
  { target, regions, signal }: { target: StageTarget; regions: readonly string[]; signal: AbortSignal },
): Promise<StackState[]> {
  const asked = [...new Set([...regions, EDGE_REGION])];
  const { project, stage } = target;
  const tags = { project, stage };
  const act = `find the stacks of '${project}-${stage}'`;
  const found = await Promise.all(
    asked.map(async (region) => ({
      region,
      stacks: await findRootStacks(cloud.region(region), { tags, act, signal }),
    })),
  );
  return found.flatMap(({ region, stacks }) =>
    stacks.map((stack) =>
      standing(stack, partOf(stack, { target, isBackendRegion: regions.includes(region) })),
    ),
  );
}

/** In us-east-1 a backend may stand beside the edge, so the name tells; what stands where no backend does is the edge's. */
function partOf(
  { stackName }: BackendStack,
  {
    target: { project, stage },
    isBackendRegion,
  }: { readonly target: StageTarget; readonly isBackendRegion: boolean },
): StackState['part'] {
  if (stackName === tableStackName(project, stage)) return 'table';
  return stackName === edgeStackName(project, stage) || !isBackendRegion ? 'edge' : 'backend';
}

function standing(stack: BackendStack, part: StackState['part']): StackState {
  const { region, stackName, stackId, status, terminationProtection } = stack;
  return { region, stackName, stackId, status, part, hasTerminationProtection: terminationProtection };
}

async function tableState(
  cloud: Cloud,
  context: {
    target: StageTarget;
    described: ReadonlyMap<string, TableDescription>;
    stacks: readonly StackState[];
    signal: AbortSignal;
  },
): Promise<TableState | null> {
  const { target, described, stacks, signal } = context;
  const { tableName } = target;
  const primary = primaryOf(target);
  const home = described.has(primary) ? primary : [...described.keys()][0];
  const table = home === undefined ? undefined : described.get(home);
  if (home === undefined || table === undefined) return null;
  const linked = linkedRegions(table);
  const replicas = [...described]
    .map(
      ([region, { DeletionProtectionEnabled, CreationDateTime }]): ReplicaState => ({
        region,
        isProtected: DeletionProtectionEnabled ?? false,
        isLinked: region === home || linked.includes(region),
        createdAtMs: CreationDateTime?.getTime() ?? null,
      }),
    )
    .sort((a, b) => Number(b.region === home) - Number(a.region === home));
  const looks = [...described]
    .filter(([, { TableStatus }]) => TableStatus !== 'CREATING' && TableStatus !== 'DELETING')
    .map(([region]) => holdsItems(cloud.region(region), tableName, signal));
  return {
    tableName,
    home,
    replicas,
    witnesses: (table.GlobalTableWitnesses ?? []).flatMap(({ RegionName }) => RegionName ?? []),
    isStrong: table.MultiRegionConsistency === 'STRONG',
    hasItems: (await Promise.all(looks)).includes(true),
    isRetained: await outlivesStack(cloud, { home, tableName, stacks, signal }),
  };
}

async function outlivesStack(
  cloud: Cloud,
  context: { home: string; tableName: string; stacks: readonly StackState[]; signal: AbortSignal },
): Promise<boolean> {
  const { home, tableName, stacks, signal } = context;
  const clients = cloud.region(home);
  for (const { stackId } of stacks.filter(({ region, part }) => region === home && part === 'table')) {
    const owned = await ownedResources(clients, stackId, signal);
    const table = owned.find(
      ({ type, physicalId, status }) =>
        type.startsWith('AWS::DynamoDB::') && physicalId === tableName && status !== 'DELETE_COMPLETE',
    );
    if (table !== undefined) return isRetained(clients, table, signal);
  }
  return true;
}

function linkedRegions({ Replicas = [] }: TableDescription): string[] {
  return Replicas.flatMap(({ RegionName }) => RegionName ?? []);
}
