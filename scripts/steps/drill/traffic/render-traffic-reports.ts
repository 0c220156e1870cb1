import Table from 'cli-table3';
import type { MeasuredObjective, TrafficReport } from '../traffic-report.ts';

/** No lines between rows: a scenario is a dozen of them. */
const PLAIN_ROWS = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' } as const;

/** The table of all objectives of all scenarios, and what a reader should know of each. */
export function renderTrafficReports(reports: readonly TrafficReport[]): string {
  const table = new Table({
    head: ['scenario', 'objective', 'measured', 'limit', 'verdict'],
    style: { head: [], border: [] },
    chars: PLAIN_ROWS,
  });
  for (const { name, objectives } of reports) {
    objectives.forEach((objective, index) => {
      const limit = `${objective.relation} ${amount(objective.limit)} ${objective.unit}`;
      const verdict = objective.isKept ? 'kept' : 'MISSED';
      table.push([index === 0 ? name : '', objective.name, measuredText(objective), limit, verdict]);
    });
  }
  return [table.toString(), ...reports.map(notesText)].join('\n\n');
}

function notesText({ name, seed, notes, objectives, isKept, repeat }: TrafficReport): string {
  const missed = objectives
    .filter((objective) => !objective.isKept)
    .map(
      (objective) =>
        `MISSED ${objective.name}: ${measuredText(objective)}, ${objective.relation} ` +
        `${amount(objective.limit)} ${objective.unit} is needed (${objective.because}).`,
    );
  const again = isKept ? [] : [`Run it again with: ${repeat}`];
  const lines = [...missed, ...notes, ...again];
  return [`${name}, seed ${seed}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function measuredText({ measured, unit }: MeasuredObjective): string {
  return measured === null ? 'never' : `${amount(measured)} ${unit}`;
}

function amount(value: number): string {
  return String(Math.round(value * 10) / 10);
}
