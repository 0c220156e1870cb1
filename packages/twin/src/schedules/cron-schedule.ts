import { type CronFieldRange, parseCronField } from './cron-field.ts';
import { ScheduleExpressionError } from './schedule-expression-error.ts';

const MINUTES: CronFieldRange = { name: 'minutes', min: 0, max: 59 };
const HOURS: CronFieldRange = { name: 'hours', min: 0, max: 23 };
const DAYS: CronFieldRange = { name: 'day of month', min: 1, max: 31, notEmulated: /^(?:L|L-\d+|LW|\d+W)$/i };
const MONTHS: CronFieldRange = {
  ...{ name: 'month', min: 1, max: 12 },
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const WEEKDAYS: CronFieldRange = {
  ...{ name: 'day of week', min: 1, max: 7, notEmulated: /^(?:L|\w+L|\w+#\d)$/i },
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
export function cronSchedule(fields: string): (afterMs: number) => number | undefined {
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
