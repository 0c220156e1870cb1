import { describe, expect, test } from 'vitest';
import { parseSchedule, ScheduleExpressionError } from '../../src/schedules/parse-schedule.ts';

/** The next `count` runs of a cron expression after a moment, as ISO 8601 to the minute. */
function runsOf(expression: string, after: string, count = 3): string[] {
  const schedule = parseSchedule(expression);
  if (schedule.kind !== 'cron') throw new Error(`${expression} is no cron expression`);
  const runs: string[] = [];
  let lastMs: number | undefined = Date.parse(after);
  while (runs.length < count) {
    lastMs = schedule.nextAfter(lastMs);
    if (lastMs === undefined) break;
    runs.push(new Date(lastMs).toISOString().slice(0, 16));
  }
  return runs;
}

function errorOf(expression: string): unknown {
  try {
    return parseSchedule(expression);
  } catch (error) {
    return error;
  }
}

describe('parseSchedule()', () => {
  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(12 hours)', 43_200_000],
    ['rate(1 day)', 86_400_000],
    ['rate(7 days)', 604_800_000],
  ])('reads %s', (expression, periodMs) => {
    expect(parseSchedule(expression)).toEqual({ kind: 'rate', periodMs });
  });

  // Every day of 2026 that is named here was looked up in a calendar: 1 January is a Thursday.
  test.each([
    [
      'cron(* * * * ? *)',
      '2026-01-01T00:00:30Z',
      ['2026-01-01T00:01', '2026-01-01T00:02', '2026-01-01T00:03'],
    ],
    [
      'cron(0 10 * * ? *)',
      '2026-01-01T10:00:00Z',
      ['2026-01-02T10:00', '2026-01-03T10:00', '2026-01-04T10:00'],
    ],
    [
      'cron(0/15 9 * * ? *)',
      '2026-01-01T09:20:00Z',
      ['2026-01-01T09:30', '2026-01-01T09:45', '2026-01-02T09:00'],
    ],
    [
      'cron(*/40 * * * ? *)',
      '2026-01-01T00:00:00Z',
      ['2026-01-01T00:40', '2026-01-01T01:00', '2026-01-01T01:40'],
    ],
    [
      'cron(10-30/20 0 * * ? *)',
      '2026-01-01T00:00:00Z',
      ['2026-01-01T00:10', '2026-01-01T00:30', '2026-01-02T00:10'],
    ],
    [
      'cron(0 18 ? * MON-FRI *)',
      '2026-01-02T18:00:00Z',
      ['2026-01-05T18:00', '2026-01-06T18:00', '2026-01-07T18:00'],
    ],
    [
      'cron(0 0 ? * 1 *)',
      '2026-01-01T00:00:00Z',
      ['2026-01-04T00:00', '2026-01-11T00:00', '2026-01-18T00:00'],
    ],
    [
      'cron(0 8 1 * ? *)',
      '2026-01-01T08:00:00Z',
      ['2026-02-01T08:00', '2026-03-01T08:00', '2026-04-01T08:00'],
    ],
    [
      'cron(0 0 31 * ? *)',
      '2026-01-31T00:00:00Z',
      ['2026-03-31T00:00', '2026-05-31T00:00', '2026-07-31T00:00'],
    ],
    [
      'cron(0 0 29 feb ? *)',
      '2026-01-01T00:00:00Z',
      ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00'],
    ],
    ['cron(30 23,1 * JAN,12 ? 2026)', '2026-12-31T00:00:00Z', ['2026-12-31T01:30', '2026-12-31T23:30']],
    ['cron(0 0 1 1 ? 2025)', '2026-01-01T00:00:00Z', []],
    ['cron(0 0 30 2 ? *)', '2026-01-01T00:00:00Z', []],
  ])('finds the moments of %s', (expression, after, runs) => {
    expect(runsOf(expression, after)).toEqual(runs);
  });

  test.each([
    ...[
      '',
      'rate()',
      'rate(0 minutes)',
      'rate(1 minutes)',
      'rate(5 minute)',
      'rate(1.5 hours)',
      'rate(30 seconds)',
    ],
    ...['every(1 minute)', 'at(2026-01-01T00:00:00)', 'cron()', 'cron(* * * * ?)', 'cron(* * * * ? * *)'],
    ...[
      'cron(* * * * * *)',
      'cron(* * ? * ? *)',
      'cron(0 0 1 * MON *)',
      'cron(60 * * * ? *)',
      'cron(0 24 * * ? *)',
    ],
    ...[
      'cron(0 0 0 * ? *)',
      'cron(0 0 32 * ? *)',
      'cron(0 0 1 13 ? *)',
      'cron(0 0 ? * 8 *)',
      'cron(0 0 ? * MONDAY *)',
    ],
    ...[
      'cron(5/0 * * * ? *)',
      'cron(1-2-3 * * * ? *)',
      'cron(1, * * * ? *)',
      'cron(- * * * ? *)',
      'cron(-1 * * * ? *)',
    ],
    ...[
      'cron(L * * * ? *)',
      'cron(? * * * ? *)',
      'cron(0 0 1 * ? 1969)',
      'cron(0 0 1 * ? 2200)',
      'cron(a/b * * * ? *)',
    ],
  ])('refuses %j as EventBridge does', (expression) => {
    const error = errorOf(expression);
    expect(error).toBeInstanceOf(ScheduleExpressionError);
    expect(error).toMatchObject({ kind: 'invalid' });
  });

  test.each([
    'cron(0 0 L * ? *)',
    'cron(0 0 L-3 * ? *)',
    'cron(0 0 LW * ? *)',
    'cron(0 0 15W * ? *)',
    'cron(0 0 ? * L *)',
    'cron(0 0 ? * 6L *)',
    'cron(0 0 ? * MON#2 *)',
    'cron(0 22-2 * * ? *)',
  ])('does not pretend to know %s', (expression) => {
    expect(errorOf(expression)).toMatchObject({ name: 'ScheduleExpressionError', kind: 'not-emulated' });
  });
});
