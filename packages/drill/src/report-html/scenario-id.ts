import type { TrafficReport } from '../traffic-report.ts';

/** The anchor of a scenario's section: a scenario may run with several seeds, which the anchor tells apart. */
export function scenarioId({ name, seed }: Pick<TrafficReport, 'name' | 'seed'>): string {
  return `${name.replace(/[^a-z0-9-]/gi, '-')}-${seed}`;
}
