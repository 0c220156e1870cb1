import Table from 'cli-table3';
import { type Measurement, reachesGoal } from './measurement.ts';

/** The machine that the figures are of. */
export interface Machine {
  readonly node: string;
  readonly cores: number;
  readonly cpu: string;
}

/** The figures as a table, with the goal of each that has one and whether it is reached. */
export function renderReport(measurements: readonly Measurement[], { node, cores, cpu }: Machine): string {
  const table = new Table({
    head: ['', 'measured', 'median', 'min..max', 'goal', ''],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const measurement of measurements) {
    const { group, name, value, unit, runs } = measurement;
    table.push([
      group,
      name,
      `${digits(value)} ${unit}`,
      rangeOf(runs),
      goalOf(measurement),
      verdictOf(measurement),
    ]);
  }
  return `${table.toString()}\nNode ${node}, ${cores} cores, ${cpu}`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function rangeOf(runs: readonly number[]): string {
  return runs.length < 2 ? '' : `${digits(Math.min(...runs))}..${digits(Math.max(...runs))}`;
}

function goalOf({ goal }: Measurement): string {
  if (goal === undefined) return '';
  return 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`;
}

function verdictOf(measurement: Measurement): string {
  if (measurement.goal === undefined) return '';
  return reachesGoal(measurement) ? 'reached' : 'missed';
}
