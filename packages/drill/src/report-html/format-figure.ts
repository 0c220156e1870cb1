import type { MeasuredObjective } from '../drill-report.ts';

/** A moment or a length of time in model seconds, to a tenth while it is short. */
export function formatSeconds(seconds: number): string {
  return `${formatNumber(seconds)} s`;
}

/** Milliseconds, or a dash where there are none. */
export function formatMs(ms: number | null): string {
  return ms === null ? '–' : `${formatNumber(ms)} ms`;
}

/** What an objective allows, such as `at most 99 s`. */
export function formatLimit({ relation, limit, unit }: MeasuredObjective): string {
  return `${relation} ${withUnit(limit, unit)}`;
}

/** What was measured against an objective, such as `93.2 s`. */
export function formatMeasured({ measured, unit }: MeasuredObjective): string {
  return measured === null ? 'never' : withUnit(measured, unit);
}

/** A number without more digits than anybody reads. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) < 100 ? 1 : 0;
  return String(Number(value.toFixed(digits)));
}

function withUnit(value: number, unit: MeasuredObjective['unit']): string {
  const isFine = unit === '%' || unit === 'requests a call';
  return isFine ? `${Number(value.toFixed(2))} ${unit}` : `${formatNumber(value)} ${unit}`;
}
