import Table from 'cli-table3';
import type { MeasuredObjective, TrafficReport } from '../traffic-report.ts';
import { renderVantages } from './render-vantages.ts';

/** No lines between rows: a scenario is a dozen of them. */
const PLAIN_ROWS = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } as const;

/** The table of all objectives of all scenarios, vantages beside each other, and what a reader should know of each. */
export function renderTrafficReports(reports: readonly TrafficReport[]): string {
  const table = new Table({
    head: ['scenario', 'objective', 'measured', 'limit', 'verdict'],
    style: { head: [], border: [] },
    chars: PLAIN_ROWS,
  });
  for (const { name, objectives } of reports) {
    objectives.forEach((objective, index) => {
      const limit = `${objective.relation} ${amount(objective.limit, objective)} ${objective.unit}`;
      const verdict = objective.isKept ? 'kept' : 'MISSED';
      table.push([index === 0 ? name : '', objective.name, measuredText(objective), limit, verdict]);
    });
  }
  const sections = [table.toString(), renderVantages(reports), ...reports.map(notesText)];
  return sections.filter((section) => section !== '').join('\n\n');
}

function notesText({ name, seed, notes, objectives, isKept, repeat }: TrafficReport): string {
  const missed = objectives
    .filter((objective) => !objective.isKept)
    .map(
      (objective) =>
        `MISSED ${objective.name}: ${measuredText(objective)}, ${objective.relation} ` +
        `${amount(objective.limit, objective)} ${objective.unit} is needed (${objective.because}).`,
    );
  const again = isKept ? [] : [`Run it again with: ${repeat}`];
  const lines = [...missed, ...notes, ...again];
  return [`${name}, seed ${seed}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function measuredText(objective: MeasuredObjective): string {
  const { measured, unit } = objective;
  return measured === null ? 'never' : `${amount(measured, objective)} ${unit}`;
}

/** As many digits as it takes to tell what is measured from its limit. */
function amount(value: number, { unit }: MeasuredObjective): string {
  const factor = unit === 'requests a call' ? 100 : 10;
  return String(Math.round(value * factor) / factor);
}
