import { isComplete, type SiteStack } from '../cloud/site-stack.ts';
import { isDirty } from './deployment-record.ts';
import type { RegionResult } from './deployment-result.ts';
import { type RegionApi, regionApiOf } from './region-api.ts';
import { type DeployStep, note, type RegionNotes, resultOf, timed } from './region-notes.ts';

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
  const { isBack, how, now } = await undo(notes, step).catch(async (fault: unknown): Promise<Undone> => {
    const why = fault instanceof Error ? fault.message : String(fault);
    const site = await step.ports.readSite(notes.region).catch(() => null);
    return { isBack: false, how: loud(notes, { step, why }), now: site?.revision ?? null };
  });
  const state = isBack ? 'rolled-back' : 'failed';
  const revision = isBack ? (notes.previous ?? step.plan.revision) : step.plan.revision;
  // Whatever cannot be noted now is found in the stack by the next run.
  await note(notes, { step, state, revision }).catch((fault: unknown) => {
    notes.warnings.push(fault instanceof Error ? fault.message : String(fault));
  });
  step.ports.tell({ step: 'rollback', state: 'noted', region: notes.region, detail: how });
  return resultOf(notes, { outcome: state, now, failure, rollback: how });
}

async function undo(notes: RegionNotes, step: DeployStep): Promise<Undone> {
  const { region, previous } = notes;
  const { plan, ports, signal } = step;
  const site = await ports.readSite(region);
  const now = site?.revision ?? null;
  if (previous === null) return { isBack: false, how: nothingToGoBackTo(region, { site, step }), now };
  const standing = hasGoneBack(site, previous) ? regionApiOf(site) : null;
  if (site !== null && standing !== null) {
    await smokeAgain(standing, { notes, step });
    const byItself = site.status === 'UPDATE_ROLLBACK_COMPLETE';
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

function hasGoneBack(site: SiteStack | null, previous: string): site is SiteStack {
  if (site === null || site.revision !== previous) return false;
  return isComplete(site.status) || site.status === 'UPDATE_ROLLBACK_COMPLETE';
}

function nothingToGoBackTo(
  region: string,
  { site, step: { plan } }: { site: SiteStack | null; step: DeployStep },
): string {
  if (site === null) return 'nothing was created there. Fix it and deploy again';
  if (site.status === 'ROLLBACK_COMPLETE')
    return 'CloudFormation undid the creation; the next deployment removes the empty stack. Fix it and deploy again';
  return (
    `there is no earlier revision to go back to, so the stack is left as it is (${site.status}). ` +
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
