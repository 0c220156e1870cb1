import type { Leftover } from './find-leftovers.ts';
import { TeardownError } from './teardown-error.ts';
import type { KeptTable, TeardownPlan, TeardownStep } from './teardown-plan.ts';

/** What a teardown did, or would do. */
export interface TeardownReport {
  readonly isDryRun: boolean;
  readonly plan: TeardownPlan;
  readonly done: readonly TeardownStep[];
  /** The step that failed and why; null where none did. */
  readonly failed: { readonly step: TeardownStep; readonly reason: string } | null;
  /** What was not done, the failed step first. */
  readonly remaining: readonly TeardownStep[];
  /** What is still there, the kept table among it; null where nobody looked. */
  readonly leftovers: readonly Leftover[] | null;
}

/** Whether that leftover is the table that was kept on purpose. */
export function isKept({ arn, region }: Leftover, kept: KeptTable | null): boolean {
  return (
    kept?.regions.includes(region) === true &&
    arn.startsWith('arn:') &&
    arn.endsWith(`:table/${kept.tableName}`)
  );
}

/** Leftovers that cost money while idle and that nobody meant to keep. */
export function billableLeftovers({ leftovers, plan }: TeardownReport): readonly Leftover[] {
  return (leftovers ?? []).filter((leftover) => leftover.isBillable && !isKept(leftover, plan.kept));
}

/** Regions in which the table was to stay and is not there: it must not be called kept. */
function lostRegions({ leftovers, plan: { kept } }: TeardownReport): readonly string[] {
  if (leftovers === null || kept === null) return [];
  return kept.regions.filter(
    (region) => !leftovers.some((leftover) => leftover.region === region && isKept(leftover, kept)),
  );
}

/** Why the teardown did not do what it was for; null where it did. */
export function failureOf(report: TeardownReport): TeardownError | null {
  const { plan, failed, done } = report;
  if (plan.refusal !== null) return new TeardownError(plan.refusal);
  if (failed !== null) {
    const count = `${done.length} of ${plan.steps.length} steps are done`;
    return new TeardownError(`${failed.reason}\n${count}; the same command goes on from there.`);
  }
  const lost = lostRegions(report);
  if (lost.length > 0) {
    return new TeardownError(
      `Cannot call '${plan.branch}' torn down: its table was to stay and is gone in ${lost.join(', ')}. ` +
        'See in CloudTrail who deleted it; a point-in-time recovery, where it was on, can restore it for 35 days.',
    );
  }
  const billable = billableLeftovers(report);
  if (billable.length === 0) return null;
  const list = billable.map(({ arn, costs }) => `  ${arn}: ${costs}`).join('\n');
  return new TeardownError(
    `Cannot call '${plan.branch}' torn down: ${billable.length} resource${billable.length === 1 ? '' : 's'} that cost money ` +
      `${billable.length === 1 ? 'is' : 'are'} left, none is needed.\n${list}\nDelete what you do not need, then run the same command again.`,
  );
}
