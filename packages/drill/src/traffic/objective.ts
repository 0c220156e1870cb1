import type { MeasuredObjective } from '../drill-report.ts';
import type { TrafficRecord } from './traffic-recording.ts';

/** Something that a scenario promises, and how it is measured. */
export interface Objective {
  readonly name: string;
  readonly unit: MeasuredObjective['unit'];
  readonly relation: MeasuredObjective['relation'];
  limit(record: TrafficRecord): { readonly value: number; readonly because: string };
  measure(record: TrafficRecord): number | null;
}

/** Holds a scenario that is over against an objective. */
export function measureObjective(objective: Objective, record: TrafficRecord): MeasuredObjective {
  const { name, unit, relation } = objective;
  const { value: limit, because } = objective.limit(record);
  const measured = objective.measure(record);
  return { name, unit, relation, limit, measured, because, isKept: isKept(relation, { measured, limit }) };
}

function isKept(
  relation: Objective['relation'],
  { measured, limit }: { measured: number | null; limit: number },
): boolean {
  if (measured === null) return false;
  switch (relation) {
    case 'at most':
      return measured <= limit;
    case 'at least':
      return measured >= limit;
    case 'exactly':
      return Math.abs(measured - limit) < 1e-6;
  }
}
