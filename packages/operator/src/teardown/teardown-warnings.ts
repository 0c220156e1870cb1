import type { StageInventory } from './stage-inventory.ts';
import type { TeardownStep } from './teardown-plan.ts';

/** Amplify Hosting names a branch's root stack `amplify-<app>-<branch>-branch-<hash>`. */
const HOSTED_BRANCH_STACK = /-branch-[0-9a-f]+$/;

/** What a person should know before the stage goes, and that nothing here can do for them. Pure. */
export function teardownWarnings(inventory: StageInventory, steps: readonly TeardownStep[]): string[] {
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
  const takesPrimary = steps.some((step) => step.kind === 'stack' && step.part === 'primary');
  const removed = steps.flatMap((step) => (step.kind === 'replica' ? step.removed : []));
  if (takesPrimary || removed.length === 0) return [];
  return [
    `The primary's stack still lists the replica in ${removed.join(', ')}: take the region out of '${branch}' in ` +
      'amplify/topology.ts and deploy the primary, before anything else of this stage is deployed.',
  ];
}
