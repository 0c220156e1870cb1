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

const MINUTES: CronFieldRange = { name: 'minutes', min: 0, max: 59 };
const HOURS: CronFieldRange = { name: 'hours', min: 0, max: 23 };
const DAYS: CronFieldRange = { name: 'day of month', min: 1, max: 31, notEmulated: /^(?:L|L-\d+|LW|\d+W)$/i };
const MONTHS: CronFieldRange = {
  name: 'month',
  min: 1,
  max: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const WEEKDAYS: CronFieldRange = {
  name: 'day of week',
  min: 1,
  max: 7,
  notEmulated: /^(?:L|\w+L|\w+#\d)$/i,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};
const YEARS: CronFieldRange = { name: 'year', min: 1970, max: 2199 };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Reads the six fields of EventBridge's `cron(…)`: minutes, hours, day of month, month, day of week (1 is Sunday), year;
 * in UTC. One of the two days is `?`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 *
 * @returns the first moment after another one, both in epoch milliseconds; nothing when none is left
 * @throws {ScheduleExpressionError} for what EventBridge refuses and for what the twin does not emulate (`L`, `W`, `#`)
 */
function cronSchedule(fields: string): (afterMs: number) => number | undefined {
  const [minutes = '', hours = '', day = '', month = '', weekday = '', year = '', ...rest] = fields
    .trim()
    .split(/\s+/);
  if (year === '' || rest.length > 0) throw new ScheduleExpressionError('invalid', 'it needs six fields');
  if ((day === '?') === (weekday === '?'))
    throw new ScheduleExpressionError(
      'invalid',
      'one of day of month and day of week is ?, the other is not',
    );
  const allowed = {
    days: parseCronField(day === '?' ? '*' : day, DAYS),
    months: parseCronField(month, MONTHS),
    weekdays: parseCronField(weekday === '?' ? '*' : weekday, WEEKDAYS),
    years: parseCronField(year, YEARS),
  };
  const ofDay = momentsOfDay(parseCronField(minutes, MINUTES), parseCronField(hours, HOURS));
  const lastDayMs = Date.UTC(Math.max(...allowed.years), 11, 31);
  return (afterMs) => {
    const today = Math.floor(afterMs / DAY_MS) * DAY_MS;
    for (let dayMs = today; dayMs <= lastDayMs; dayMs += DAY_MS) {
      const date = new Date(dayMs);
      if (!allowed.years.has(date.getUTCFullYear()) || !allowed.months.has(date.getUTCMonth() + 1)) continue;
      if (!allowed.days.has(date.getUTCDate()) || !allowed.weekdays.has(date.getUTCDay() + 1)) continue;
      const found = ofDay.find((ms) => dayMs + ms > afterMs);
      if (found !== undefined) return dayMs + found;
    }
    return undefined;
  };
}

/** In milliseconds after midnight, the earliest first. */
function momentsOfDay(minutes: ReadonlySet<number>, hours: ReadonlySet<number>): number[] {
  return [...hours]
    .flatMap((hour) => [...minutes].map((minute) => (hour * 60 + minute) * MINUTE_MS))
    .sort((a, b) => a - b);
}

/** What one field of a cron expression may hold. */
interface CronFieldRange {
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
function parseCronField(text: string, range: CronFieldRange): ReadonlySet<number> {
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

/** A schedule expression that cannot be run. */
export class ScheduleExpressionError extends Error {
  override readonly name = 'ScheduleExpressionError';
  /** `invalid`: EventBridge refuses it too. `not-emulated`: it would take it, the twin does not. */
  readonly kind: 'invalid' | 'not-emulated';

  /** @param reason what is wrong, as part of a sentence */
  constructor(kind: ScheduleExpressionError['kind'], reason: string) {
    super(reason);
    this.kind = kind;
  }
}
