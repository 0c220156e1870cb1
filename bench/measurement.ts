/** One row of the report. */
export interface Measurement {
  readonly group: string;
  readonly name: string;
  /** The median of the runs. */
  readonly value: number;
  readonly unit: 's' | 'ms' | 'per s' | 'MB' | 'kB' | '×';
  readonly runs: readonly number[];
  /** What the value must reach, and on which side of it. Absent for what is only told. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
  /** What the figure is compared with, for a ratio. */
  readonly note?: string;
}

/** Whether a measurement reaches its goal; one without a goal always does. */
export function reachesGoal({ value, goal }: Measurement): boolean {
  if (goal === undefined) return true;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}
