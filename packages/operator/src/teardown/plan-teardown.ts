import { refuseTeardown } from './refuse-teardown.ts';
import { occupiedRegions, type StackState, type StageInventory, type TableState } from './stage-inventory.ts';
import type { KeptTable, StepOf, TeardownPlan, TeardownStep } from './teardown-plan.ts';

/** What the operator said about data. */
interface PlanOptions {
  /** Whether a table that is protected or holds items may go. */
  readonly deleteData: boolean;
}

/** What a table is to become. */
type TableFate = 'goes' | 'stays';

/**
 * What to do, in the only order that never leaves a region without what it needs: stacks of secondaries, replicas,
 * edge and primary, the table's stack, the table where it outlives that, the stage's records. Pure; made anew from what
 * stands, so that a second run goes on where the first one ended.
 *
 * Replicas go before the table's own stack, since DynamoDB refuses to delete a table that a replica was made from in
 * the last 24 hours, and lets it go once that replica is gone.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export function planTeardown(inventory: StageInventory, { deleteData }: PlanOptions): TeardownPlan {
  const { project, stage, branch, primary, chosen, table } = inventory;
  const fate = table === null ? null : fateOf(table, { deleteData });
  const left = unchosen(inventory, fate);
  const isWhole = chosen.includes(primary) && left.length === 0;
  const gone = table === null ? [] : replicasThatGo(table, { inventory, deleteData, isWhole, fate });
  const steps = [
    ...stackSteps(inventory, 'secondary'),
    ...(table === null ? [] : replicaSteps(table, gone)),
    ...(isWhole ? [...stackSteps(inventory, 'edge'), ...stackSteps(inventory, 'primary')] : []),
    // A table that stays keeps its stack, so that the next deployment of the stage finds both.
    ...(isWhole && fate !== 'stays' ? stackSteps(inventory, 'table') : []),
    ...(table === null ? [] : tableSteps(table, gone)),
    ...(isWhole
      ? inventory.parameters.map((name) => ({ kind: 'parameter', region: primary, name }) as const)
      : []),
  ];
  return {
    project,
    stage,
    branch,
    primary,
    regions: [...chosen],
    isWhole,
    steps,
    kept: table === null ? null : keptTable(inventory, { table, gone, isWhole }),
    warnings: teardownWarnings(inventory, steps),
    refusal: refuseTeardown(inventory, { left, steps }),
    youngestReplicaAtMs: youngest(table),
  };
}

/** A protected table, or one with items in it, goes only when that is said. */
function fateOf({ replicas, hasItems }: TableState, { deleteData }: PlanOptions): TableFate {
  return deleteData || !(hasItems || replicas.some(({ isProtected }) => isProtected)) ? 'goes' : 'stays';
}

/** Regions that would be left behind. A table that stays anyway does not keep the primary's stack from going. */
function unchosen(inventory: StageInventory, fate: TableFate | null): string[] {
  const table = fate === 'stays' ? null : inventory.table;
  return occupiedRegions({ ...inventory, table }).filter((region) => !inventory.chosen.includes(region));
}

/**
 * Replicas to be removed. All of them, or those of the regions that go: their data stay in the others, so items do not
 * keep a replica, and only its own protection does.
 */
function replicasThatGo(
  table: TableState,
  context: { inventory: StageInventory; deleteData: boolean; isWhole: boolean; fate: TableFate | null },
): string[] {
  const { inventory, deleteData, isWhole, fate } = context;
  if (isWhole) return fate === 'goes' ? table.replicas.map(({ region }) => region) : [];
  return table.replicas
    .filter(({ region }) => inventory.chosen.includes(region) && region !== table.home)
    .filter(({ isProtected, isLinked }) => deleteData || (!isProtected && (isLinked || !table.hasItems)))
    .map(({ region }) => region);
}

function stackSteps(inventory: StageInventory, part: StepOf<'stack'>['part']): TeardownStep[] {
  const { chosen, primary } = inventory;
  const partOf = (stack: StackState) =>
    stack.part !== 'backend' ? stack.part : stack.region === primary ? 'primary' : 'secondary';
  return inventory.stacks
    .filter((stack) => partOf(stack) === part && (part === 'edge' || chosen.includes(stack.region)))
    .map(({ region, stackName, stackId }) => ({ kind: 'stack', part, region, stackName, stackId }));
}

function replicaSteps(table: TableState, gone: readonly string[]): TeardownStep[] {
  const { tableName, home, replicas, isStrong, witnesses } = table;
  const going = replicas.filter(({ region }) => gone.includes(region));
  const protections = going
    .filter(({ isProtected }) => isProtected)
    .map(({ region }): TeardownStep => ({ kind: 'protection', region, tableName }));
  // The youngest first: a replica that others were made from is refused until they are gone.
  const removed = going
    .filter(({ region, isLinked }) => region !== home && isLinked)
    .sort((a, b) => (b.createdAtMs ?? 0) - (a.createdAtMs ?? 0))
    .map(({ region }) => region);
  const batches = isStrong ? [removed] : removed.map((region) => [region]);
  return [
    ...protections,
    ...batches
      .filter((regions) => regions.length > 0)
      .map(
        (regions): TeardownStep => ({
          kind: 'replica',
          region: home,
          removed: regions,
          witnesses,
          tableName,
        }),
      ),
  ];
}

/** Tables that no stack takes away: a retained one, and replicas that have become tables of their own. */
function tableSteps(
  { tableName, home, replicas, isRetained }: TableState,
  gone: readonly string[],
): TeardownStep[] {
  return replicas
    .filter(({ region, isLinked }) => gone.includes(region) && (region === home ? isRetained : !isLinked))
    .map(({ region }) => ({ kind: 'table', region, tableName }));
}

function keptTable(
  { branch, chosen, stacks }: StageInventory,
  { table, gone, isWhole }: { table: TableState; gone: readonly string[]; isWhole: boolean },
): KeptTable | null {
  const { tableName, replicas, hasItems } = table;
  const kept = replicas.filter(
    ({ region }) => !gone.includes(region) && (isWhole || (chosen.includes(region) && region !== table.home)),
  );
  if (kept.length === 0) return null;
  const regions = kept.map(({ region }) => region);
  const reasons = [
    ...(kept.some(({ isProtected }) => isProtected) ? ['it is protected against deletion'] : []),
    ...(hasItems ? ['it holds items'] : []),
  ];
  const scope = isWhole ? '' : ` --regions ${chosen.join(',')}`;
  return {
    tableName,
    regions,
    stackId: isWhole ? (stacks.find(({ part }) => part === 'table')?.stackId ?? null) : null,
    why: reasons.join(' and '),
    costs: `storage for its items in ${regions.join(' and ')}, and point-in-time recovery where it is on; requests only when somebody makes them`,
    command: `npm run teardown -- --stage ${branch}${scope} --delete-data`,
  };
}

function youngest(table: TableState | null): number | null {
  const times = (table?.replicas ?? [])
    .filter(({ region }) => region !== table?.home)
    .flatMap(({ createdAtMs }) => (createdAtMs === null ? [] : [createdAtMs]));
  return times.length === 0 ? null : Math.max(...times);
}

/** Amplify Hosting names a branch's root stack `amplify-<app>-<branch>-branch-<hash>`. */
const HOSTED_BRANCH_STACK = /-branch-[0-9a-f]+$/;

/** What a person should know before the stage goes, and that nothing here can do for them. Pure. */
function teardownWarnings(inventory: StageInventory, steps: readonly TeardownStep[]): string[] {
  return [...hostedBranches(steps), ...staleTopology(inventory, steps)];
}

function hostedBranches(steps: readonly TeardownStep[]): string[] {
  const regions = steps.flatMap((step) =>
    step.kind === 'stack' && HOSTED_BRANCH_STACK.test(step.stackName) ? [step.region] : [],
  );
  if (regions.length === 0) return [];
  return [
    `Amplify Hosting deployed ${[...new Set(regions)].join(', ')}: disconnect the branch from the app in Amplify there too, ` +
      'or the next push makes the stack anew.',
  ];
}

/** CloudFormation compares templates, not tables: a replica removed here is not made again by the same template. */
function staleTopology({ branch }: StageInventory, steps: readonly TeardownStep[]): string[] {
  const takesTable = steps.some((step) => step.kind === 'stack' && step.part === 'table');
  const removed = steps.flatMap((step) => (step.kind === 'replica' ? step.removed : []));
  if (takesTable || removed.length === 0) return [];
  return [
    `The table's stack still lists the replica in ${removed.join(', ')}: take the region out of '${branch}' in ` +
      'amplify/topology.ts and deploy the primary, before anything else of this stage is deployed.',
  ];
}
