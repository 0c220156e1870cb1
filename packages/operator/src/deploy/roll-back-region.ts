import { type BackendStack, isComplete } from '../cloud/backend-stack.ts';
import { isDirty } from '../cloud/deployment-record.ts';
import {
  type DeployStep,
  note,
  type RegionNotes,
  type RegionResult,
  resultOf,
  timed,
} from './deployment-result.ts';
import { type RegionApi, regionApiOf } from './region-api.ts';

/** How a region was undone: in words, and what it runs since. */
interface Undone {
  readonly isBack: boolean;
  readonly how: string;
  readonly now: string | null;
}

/**
 * Brings one region back to what was proved there before, after `error`. Where CloudFormation has done so itself, or
 * nothing was changed, only the smoke test is repeated. Never throws: that it could not be undone is the most
 * important thing to say.
 */
export async function rollBackRegion(
  notes: RegionNotes,
  { step, error }: { step: DeployStep; error: unknown },
): Promise<RegionResult> {
  const failure = error instanceof Error ? error.message : String(error);
  const { isBack, how, now } = await undo(notes, step).catch(async (thrown: unknown): Promise<Undone> => {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    const stack = await step.ports.readStack(notes.region).catch(() => null);
    return { isBack: false, how: loud(notes, { step, why }), now: stack?.revision ?? null };
  });
  const state = isBack ? 'rolled-back' : 'failed';
  const revision = isBack ? (notes.previous ?? step.plan.revision) : step.plan.revision;
  // Whatever cannot be noted now is found in the stack by the next run.
  await note(notes, { step, state, revision }).catch((thrown: unknown) => {
    notes.warnings.push(thrown instanceof Error ? thrown.message : String(thrown));
  });
  step.ports.report({ step: 'rollback', state: 'noted', region: notes.region, detail: how });
  return resultOf(notes, { outcome: state, now, failure, rollback: how });
}

async function undo(notes: RegionNotes, step: DeployStep): Promise<Undone> {
  const { region, previous } = notes;
  const { plan, ports, signal } = step;
  const stack = await ports.readStack(region);
  const now = stack?.revision ?? null;
  if (previous === null) return { isBack: false, how: nothingToGoBackTo(region, { stack, step }), now };
  const standing = hasGoneBack(stack, previous) ? regionApiOf(stack) : null;
  if (stack !== null && standing !== null) {
    await smokeAgain(standing, { notes, step });
    const byItself = stack.status === 'UPDATE_ROLLBACK_COMPLETE';
    return {
      isBack: true,
      how: `${byItself ? 'CloudFormation rolled it back' : 'nothing had changed'}: ${previous} runs there`,
      now: previous,
    };
  }
  if (isDirty(previous)) {
    const how = `It cannot be rolled back: ${previous} was made of files that no commit holds. Fix it and deploy again`;
    return { isBack: false, how, now };
  }
  signal.throwIfAborted();
  await ports.requireLock();
  const { api, warnings } = await timed(notes, {
    ports,
    step: 'rollback',
    work: () => ports.rollback(region, previous),
  });
  notes.warnings.push(...warnings);
  await smokeAgain(api, { notes, step });
  return {
    isBack: true,
    how: `rolled back to ${previous}, which passed its smoke test again (tried: ${plan.revision})`,
    now: previous,
  };
}

async function smokeAgain(
  api: RegionApi,
  { notes, step }: { notes: RegionNotes; step: DeployStep },
): Promise<void> {
  const { ports } = step;
  await timed(notes, {
    ports,
    step: 'smoke',
    work: () => ports.smoke(api, { revision: notes.previous ?? '', isNew: false }),
  });
}

function hasGoneBack(stack: BackendStack | null, previous: string): stack is BackendStack {
  if (stack === null || stack.revision !== previous) return false;
  return isComplete(stack.status) || stack.status === 'UPDATE_ROLLBACK_COMPLETE';
}

function nothingToGoBackTo(
  region: string,
  { stack, step: { plan } }: { stack: BackendStack | null; step: DeployStep },
): string {
  if (stack === null) return 'nothing was created there. Fix it and deploy again';
  if (stack.status === 'ROLLBACK_COMPLETE')
    return 'CloudFormation undid the creation; the next deployment removes the empty stack. Fix it and deploy again';
  return (
    `there is no earlier revision to go back to, so the stack is left as it is (${stack.status}). ` +
    `Fix it and deploy again, or take it away: npm run teardown -- --stage ${plan.stage} --regions ${region}`
  );
}

function loud(notes: RegionNotes, { step: { plan }, why }: { step: DeployStep; why: string }): string {
  const { region, previous } = notes;
  const target = previous ?? plan.revision;
  return (
    `ROLLBACK FAILED, ${region} NEEDS YOU: ${why.replace(/[.\s]+$/, '')}. By hand: git worktree add --detach ../rollback ${target} && ` +
    `cd ../rollback && npm ci && npm run deploy -- --stage ${plan.stage} --regions ${region}`
  );
}
