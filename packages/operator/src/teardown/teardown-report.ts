import { CommandError } from '@gsp/cli-kit';
import Table from 'cli-table3';
import type { Leftover } from './find-leftovers.ts';
import { describeStep, type KeptTable, type TeardownPlan, type TeardownStep } from './teardown-plan.ts';

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

/** Whether that leftover is the table that was kept on purpose, or its stack. */
function isKept(leftover: Leftover, kept: KeptTable | null): boolean {
  return isKeptTable(leftover, kept) || (kept !== null && leftover.arn === kept.stackId);
}

function isKeptTable({ arn, region }: Leftover, kept: KeptTable | null): boolean {
  return (
    kept?.regions.includes(region) === true &&
    arn.startsWith('arn:') &&
    arn.endsWith(`:table/${kept.tableName}`)
  );
}

/** Leftovers that cost money while idle and that nobody meant to keep. */
function billableLeftovers({ leftovers, plan }: TeardownReport): readonly Leftover[] {
  return (leftovers ?? []).filter((leftover) => leftover.isBillable && !isKept(leftover, plan.kept));
}

/** Regions in which the table was to stay and is not there: it must not be called kept. */
function lostRegions({ leftovers, plan: { kept } }: TeardownReport): readonly string[] {
  if (leftovers === null || kept === null) return [];
  return kept.regions.filter(
    (region) => !leftovers.some((leftover) => leftover.region === region && isKeptTable(leftover, kept)),
  );
}

/** Why the teardown did not do what it was for; null where it did. */
export function failureOf(report: TeardownReport): CommandError | null {
  const { plan, failed, done } = report;
  if (plan.refusal !== null) return new CommandError(plan.refusal);
  if (failed !== null) {
    const count = `${done.length} of ${plan.steps.length} steps are done`;
    return new CommandError(`${failed.reason}\n${count}; the same command goes on from there.`);
  }
  const lost = lostRegions(report);
  if (lost.length > 0) {
    return new CommandError(
      `Cannot call '${plan.branch}' torn down: its table was to stay and is gone in ${lost.join(', ')}. ` +
        'See in CloudTrail who deleted it; a point-in-time recovery, where it was on, can restore it for 35 days.',
    );
  }
  const billable = billableLeftovers(report);
  if (billable.length === 0) return null;
  const list = billable.map(({ arn, costs }) => `  ${arn}: ${costs}`).join('\n');
  return new CommandError(
    `Cannot call '${plan.branch}' torn down: ${billable.length} resource${billable.length === 1 ? '' : 's'} that cost money ` +
      `${billable.length === 1 ? 'is' : 'are'} left, none is needed.\n${list}\nDelete what you do not need, then run the same command again.`,
  );
}

/** A plan for a person: each step in order, what stays, and what to know. */
export function renderPlan(plan: TeardownPlan): string {
  const { branch, regions, steps, kept, warnings, refusal } = plan;
  const table = new Table({ head: ['', 'region', 'step'], style: { head: [], border: [] } });
  steps.forEach((step, index) => {
    table.push([String(index + 1), regionOf(step), sentence(describeStep(step))]);
  });
  return [
    `Teardown of '${branch}' in ${regions.join(', ')}`,
    steps.length === 0 ? 'Nothing stands that is to go.' : table.toString(),
    ...(kept === null
      ? []
      : [
          `Stays: table ${kept.tableName} in ${kept.regions.join(', ')}, since ${kept.why}. It costs ${kept.costs}.`,
          `       To delete it with everything in it: ${kept.command}`,
        ]),
    ...warnings.map((warning) => `Note: ${warning}`),
    ...(refusal === null ? [] : ['None of it can be done as it is:']),
  ].join('\n');
}

/** What a teardown came to, for a person. */
export function renderReport(report: TeardownReport): string {
  const { plan, done, leftovers, failed } = report;
  const { kept } = plan;
  const others = (leftovers ?? []).filter((leftover) => !isKept(leftover, kept));
  const table = new Table({ head: ['left', 'costs', 'seen by'], style: { head: [], border: [] } });
  for (const { arn, costs, standing } of others) {
    table.push([arn, costs, standing === 'there' ? 'its own service' : 'tags only, which may be late']);
  }
  return [
    `${done.length} of ${plan.steps.length} steps done${failed === null ? '' : `; stopped at: ${describeStep(failed.step)}`}.`,
    ...(leftovers === null ? [] : [others.length === 0 ? 'Nothing else is left.' : table.toString()]),
    ...(kept === null || failed !== null || failureOf(report) !== null
      ? []
      : [
          `Kept on purpose: table ${kept.tableName} in ${kept.regions.join(', ')}. A new deployment of '${plan.branch}' ` +
            `${kept.stackId === null ? 'finds its name taken' : 'goes on with it'}. To delete it: ${kept.command}`,
        ]),
  ].join('\n');
}

function regionOf(step: TeardownStep): string {
  return step.kind === 'replica' ? step.removed.join(', ') : step.region;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
