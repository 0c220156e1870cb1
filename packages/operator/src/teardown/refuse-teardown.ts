import { isSettled } from '../cloud/backend-stack.ts';
import type { StackState, StageInventory } from './stage-inventory.ts';
import type { TeardownStep } from './teardown-plan.ts';

/** What a plan has decided so far. */
export interface TeardownDraft {
  /** Regions in which something stands and that were not chosen. */
  readonly left: readonly string[];
  readonly steps: readonly TeardownStep[];
}

/** Why nothing of the draft may be done, and what to do; null where all of it may. Pure. */
export function refuseTeardown(inventory: StageInventory, draft: TeardownDraft): string | null {
  const { branch } = inventory;
  const going = inventory.stacks.filter(({ stackId }) =>
    draft.steps.some((step) => step.kind === 'stack' && step.stackId === stackId),
  );
  return (
    primaryBeforeOthers(inventory, draft) ??
    strongReplicaAlone(inventory, draft) ??
    busyStack(going, branch) ??
    protectedStack(going)
  );
}

function primaryBeforeOthers({ branch, primary, chosen }: StageInventory, { left }: TeardownDraft) {
  if (!chosen.includes(primary) || left.length === 0) return null;
  return (
    `Cannot tear down ${primary} of '${branch}': ${left.join(', ')} still stand${left.length === 1 ? 's' : ''}, ` +
    `and the primary owns the table of all. Take the others first: npm run teardown -- --stage ${branch} --regions ${left.join(',')}; ` +
    `or all of it, without --regions.`
  );
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html */
function strongReplicaAlone({ branch, table, chosen, primary }: StageInventory, { steps }: TeardownDraft) {
  if (table === null || !table.isStrong || chosen.includes(primary)) return null;
  const linked = table.replicas.filter(({ region, isLinked }) => isLinked && region !== table.home);
  const removed = steps.flatMap((step) => (step.kind === 'replica' ? step.removed : []));
  if (removed.length === 0) return null;
  if (removed.length === linked.length && linked.length + table.witnesses.length === 2) return null;
  return (
    `Cannot remove the replica in ${removed.join(', ')}: table ${table.tableName} is strongly consistent, ` +
    `and DynamoDB lets its replicas go only together. Tear down all of '${branch}', without --regions.`
  );
}

function busyStack(going: readonly StackState[], branch: string): string | null {
  const busy = going.find(({ status }) => !isSettled(status) && status !== 'DELETE_IN_PROGRESS');
  if (busy === undefined) return null;
  return (
    `Cannot tear down '${branch}': stack ${busy.stackName} in ${busy.region} is ${busy.status}, ` +
    'one that nothing works on is needed. Wait until its deployment has ended, then run this again.'
  );
}

function protectedStack(going: readonly StackState[]): string | null {
  const stack = going.find(({ hasTerminationProtection }) => hasTerminationProtection);
  if (stack === undefined) return null;
  return (
    `Cannot delete stack ${stack.stackName} in ${stack.region}: its termination protection is on, off is needed. ` +
    `Turn it off: aws cloudformation update-termination-protection --no-enable-termination-protection ` +
    `--stack-name ${stack.stackName} --region ${stack.region}`
  );
}
