import { ScheduleExpressionError } from './schedule-expression-error.ts';

/** What one field of a cron expression may hold. */
export interface CronFieldRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on, in upper case. @default - numbers only */
  readonly names?: readonly string[];
  /** Characters with a meaning of their own that the twin does not know, as EventBridge has them here. */
  readonly notEmulated?: RegExp;
}

/**
 * The values that a field stands for: numbers and names, `,` between them, `-` for a range, `*` for all, `/` for steps.
 *
 * @throws {ScheduleExpressionError} for what EventBridge refuses, and for `L`, `W`, `#` and ranges that run backwards
 */
export function parseCronField(text: string, range: CronFieldRange): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((part) => valuesOf(part, range)));
}

function valuesOf(part: string, range: CronFieldRange): number[] {
  const { name, min, max, notEmulated } = range;
  const [, base = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  const [first, last] = base === '*' ? [min, max] : base.split('-').map((value) => numberOf(value, range));
  if (first === undefined || Number(step ?? 1) < 1 || base.split('-').length > 2) {
    const kind = notEmulated?.test(part) ? 'not-emulated' : 'invalid';
    throw new ScheduleExpressionError(kind, `its field ${name} is ${JSON.stringify(part)}`);
  }
  // `5/10` goes on to the end of the field, `5` is one value.
  const end = last ?? (step === undefined ? first : max);
  if (end < first)
    throw new ScheduleExpressionError(
      'not-emulated',
      `its field ${name} runs backwards: ${JSON.stringify(part)}`,
    );
  const stride = Number(step ?? 1);
  return Array.from({ length: Math.floor((end - first) / stride) + 1 }, (_, index) => first + index * stride);
}

function numberOf(value: string, { name, min, max, names, notEmulated }: CronFieldRange): number {
  const named = names?.indexOf(value.toUpperCase()) ?? -1;
  if (named >= 0) return min + named;
  const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  const kind = notEmulated?.test(value) ? 'not-emulated' : 'invalid';
  throw new ScheduleExpressionError(
    kind,
    `its field ${name} holds ${JSON.stringify(value)}, ${min} to ${max} is needed`,
  );
}
