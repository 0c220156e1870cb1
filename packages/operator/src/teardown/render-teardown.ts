import Table from 'cli-table3';
import { describeStep } from './describe-step.ts';
import type { TeardownPlan, TeardownStep } from './teardown-plan.ts';
import { failureOf, isKept, type TeardownReport } from './teardown-report.ts';

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
            `finds its name taken. To delete it: ${kept.command}`,
        ]),
  ].join('\n');
}

function regionOf(step: TeardownStep): string {
  return step.kind === 'replica' ? step.removed.join(', ') : step.region;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
