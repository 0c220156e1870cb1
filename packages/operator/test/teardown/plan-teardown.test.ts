import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planTeardown } from '../../src/teardown/plan-teardown.ts';
import type { StackState, StageInventory } from '../../src/teardown/stage-inventory.ts';
import type { TeardownPlan, TeardownStep } from '../../src/teardown/teardown-plan.ts';

/** Goal: no inventory whatever makes a plan that is out of order, or that takes data nobody gave away. */

const REGIONS = ['eu-west-1', 'eu-central-1', 'eu-north-1', 'us-east-1'];
const TABLE = 'gsp-dev-items';

const stack = (region: string, part: StackState['part'], status = 'UPDATE_COMPLETE'): StackState => ({
  region,
  part,
  status,
  stackName: `amplify-${part}-${region}`,
  stackId: `arn:${part}:${region}`,
  hasTerminationProtection: false,
});

const inventories: fc.Arbitrary<StageInventory> = fc
  .record({
    count: fc.integer({ min: 1, max: REGIONS.length }),
    stackRegions: fc.subarray(REGIONS),
    tableRegions: fc.subarray(REGIONS),
    hasTableStack: fc.boolean(),
    linked: fc.subarray(REGIONS),
    protectedIn: fc.subarray(REGIONS),
    chosen: fc.subarray(REGIONS, { minLength: 1 }),
    hasEdge: fc.boolean(),
    hasRecord: fc.boolean(),
    isStrong: fc.boolean(),
    hasItems: fc.boolean(),
    isRetained: fc.boolean(),
    ages: fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 4, maxLength: 4 }),
  })
  .map((made): StageInventory => {
    const regions = REGIONS.slice(0, made.count);
    const inTable = made.tableRegions.filter((region) => regions.includes(region));
    const [home] = inTable;
    return {
      project: 'gsp',
      stage: 'dev',
      branch: 'dev',
      primary: 'eu-west-1',
      chosen: regions.filter((region) => made.chosen.includes(region)),
      stacks: [
        ...regions
          .filter((region) => made.stackRegions.includes(region))
          .map((region) => stack(region, 'backend')),
        ...(made.hasTableStack ? [stack('eu-west-1', 'table')] : []),
        ...(made.hasEdge ? [stack('us-east-1', 'edge')] : []),
      ],
      table:
        home === undefined
          ? null
          : {
              tableName: TABLE,
              home,
              replicas: inTable.map((region, index) => ({
                region,
                isProtected: made.protectedIn.includes(region),
                isLinked: region === home || made.linked.includes(region),
                createdAtMs: made.ages[index] ?? null,
              })),
              witnesses: [],
              isStrong: made.isStrong,
              hasItems: made.hasItems,
              isRetained: made.isRetained || !made.hasTableStack || home !== 'eu-west-1',
            },
      parameters: made.hasRecord ? ['/gsp/dev/deployment'] : [],
    };
  });

const everything = { inventory: inventories, deleteData: fc.boolean() };

/** Plans that may be carried out. */
function forEachPlan(
  check: (plan: TeardownPlan, made: { inventory: StageInventory; deleteData: boolean }) => void,
) {
  fc.assert(
    fc.property(fc.record(everything), (made) => {
      const plan = planTeardown(made.inventory, made);
      if (plan.refusal === null) check(plan, made);
    }),
    { numRuns: 2_000 },
  );
}

function rank(step: TeardownStep): number {
  if (step.kind === 'stack') return { secondary: 0, edge: 2, primary: 3, table: 4 }[step.part];
  return { protection: 1, replica: 1, table: 5, parameter: 6 }[step.kind];
}

describe('planTeardown()', () => {
  test('always goes secondaries, replicas, edge, primary, stack of the table, table, records', () => {
    forEachPlan(({ steps }) => {
      const ranks = steps.map(rank);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    });
  });

  test('turns off the protection of each replica, and only of those, before it goes', () => {
    forEachPlan(({ steps }, { inventory: { table } }) => {
      const off = steps.flatMap((step) => (step.kind === 'protection' ? [step.region] : []));
      const gone = new Set(goneReplicas(steps));
      for (const region of off)
        expect(table?.replicas.find((one) => one.region === region)?.isProtected).toBe(true);
      for (const { region, isProtected } of table?.replicas ?? []) {
        if (isProtected && gone.has(region)) expect(off).toContain(region);
      }
    });
  });

  test('takes no protected replica, and not the last one with items in it, unless told to', () => {
    forEachPlan((plan, { inventory, deleteData }) => {
      const { table } = inventory;
      if (deleteData || table === null) return;
      const takenByStack =
        !table.isRetained && plan.steps.some((step) => step.kind === 'stack' && step.part === 'table');
      const gone = new Set([...goneReplicas(plan.steps), ...(takenByStack ? [table.home] : [])]);
      for (const { region, isProtected } of table.replicas) {
        if (isProtected) expect(gone.has(region)).toBe(false);
      }
      if (table.hasItems) expect(gone.has(table.home)).toBe(false);
      // The next deployment of the stage is to find a table that stays in the stack that it knows.
      const takesStack = plan.steps.some((step) => step.kind === 'stack' && step.part === 'table');
      if (table.hasItems) expect(takesStack).toBe(false);
    });
  });

  test('touches the chosen regions only, and the primary only when nothing else is left', () => {
    forEachPlan(({ steps }, { inventory }) => {
      const { chosen, primary, stacks } = inventory;
      for (const step of steps) {
        if (step.kind === 'stack' && step.part !== 'edge') expect(chosen).toContain(step.region);
        if (step.kind === 'replica') for (const region of step.removed) expect(chosen).toContain(region);
        if (step.kind === 'table' || step.kind === 'protection') expect(chosen).toContain(step.region);
      }
      if (!steps.some((step) => step.kind === 'stack' && step.part === 'primary')) return;
      const others = stacks.filter(({ region, part }) => part === 'backend' && region !== primary);
      for (const { region } of others) expect(chosen).toContain(region);
    });
  });

  test('names nothing that does not stand', () => {
    forEachPlan(({ steps }, { inventory }) => {
      for (const step of steps) {
        if (step.kind === 'stack')
          expect(inventory.stacks.map(({ stackId }) => stackId)).toContain(step.stackId);
        else if (step.kind === 'parameter') expect(inventory.parameters).toContain(step.name);
        else expect(step.tableName).toBe(inventory.table?.tableName);
      }
    });
  });

  test('has nothing left to do when everything of a plan is done', () => {
    forEachPlan((plan, { inventory, deleteData }) => {
      const after = planTeardown(without(inventory, plan), { deleteData });
      if (after.refusal === null) expect(after.steps).toEqual([]);
    });
  });
});

/** Replicas and tables that steps take away by themselves. */
function goneReplicas(steps: readonly TeardownStep[]): string[] {
  return steps.flatMap((step) =>
    step.kind === 'replica' ? step.removed : step.kind === 'table' ? [step.region] : [],
  );
}

/** The inventory once AWS has done all of that. */
function without(inventory: StageInventory, { steps }: TeardownPlan): StageInventory {
  const ids = steps.flatMap((step) => (step.kind === 'stack' ? [step.stackId] : []));
  const stacks = inventory.stacks.filter(({ stackId }) => !ids.includes(stackId));
  const { table } = inventory;
  const stackGone = steps.some((step) => step.kind === 'stack' && step.part === 'table');
  const takesHome = table !== null && !table.isRetained && stackGone;
  const gone = new Set([...goneReplicas(steps), ...(takesHome ? [table.home] : [])]);
  const replicas = table?.replicas.filter(({ region }) => !gone.has(region)) ?? [];
  const parameters = inventory.parameters.filter(
    (name) => !steps.some((step) => step.kind === 'parameter' && step.name === name),
  );
  const left = table === null || replicas.length === 0 ? null : { ...table, replicas };
  const off = new Set(steps.flatMap((step) => (step.kind === 'protection' ? [step.region] : [])));
  const calm = left && {
    ...left,
    isRetained: left.isRetained || stackGone,
    replicas: left.replicas.map((one) => ({ ...one, isProtected: one.isProtected && !off.has(one.region) })),
  };
  return { ...inventory, stacks, parameters, table: calm };
}
