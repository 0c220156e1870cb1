import { cronSchedule } from './cron-schedule.ts';
import { ScheduleExpressionError } from './schedule-expression-error.ts';

/** When a rule runs. */
export type Schedule =
  | { readonly kind: 'rate'; readonly periodMs: number }
  | {
      readonly kind: 'cron';
      /** The first moment after another one, both in epoch milliseconds; nothing when none is left. */
      readonly nextAfter: (afterMs: number) => number | undefined;
    };

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads a `ScheduleExpression` of a rule: `rate(5 minutes)` or `cron(0 8 ? * MON-FRI *)`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 *
 * @throws {ScheduleExpressionError} for what EventBridge refuses and for what the twin does not emulate
 */
export function parseSchedule(expression: string): Schedule {
  const [, kind, content = ''] = /^(rate|cron)\(([^()]*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return { kind, periodMs: periodOf(content) };
  if (kind === 'cron') return { kind, nextAfter: cronSchedule(content) };
  throw new ScheduleExpressionError('invalid', 'rate(…) or cron(…) is needed');
}

function periodOf(content: string): number {
  const [, digits, unit, plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(content) ?? [];
  const value = Number(digits);
  const isUnit = unit === 'minute' || unit === 'hour' || unit === 'day';
  if (!isUnit || (value === 1) === (plural === 's'))
    throw new ScheduleExpressionError(
      'invalid',
      'a rate is 1 minute, hour or day, or 2 and more minutes, hours or days',
    );
  return value * UNIT_MS[unit];
}
