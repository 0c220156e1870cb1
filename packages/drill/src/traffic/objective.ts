import type { MeasuredObjective } from '../traffic-report.ts';
import type { TrafficRecord } from './traffic-record.ts';

/** Something that a scenario promises, and how it is measured. */
export interface Objective {
  readonly name: string;
  readonly unit: MeasuredObjective['unit'];
  readonly relation: MeasuredObjective['relation'];
  limit(record: TrafficRecord): { readonly value: number; readonly because: string };
  measure(record: TrafficRecord): number | null;
}
