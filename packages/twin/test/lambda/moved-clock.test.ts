import { describe, expect, test } from 'vitest';
import { createClockOffset } from '../../src/lambda/moved-clock.ts';
import { functionOf, payloadOf, poolOf } from './lambda-fixture.ts';

/** Tells the time in every way that a function can, and where a timer and a duration stand beside it. */
const TELL = `
const atStart = Date.now();
class Later extends Date { tag = 'later'; }
export const handler = async (event, context) => {
  const before = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const date = new Date();
  return {
    atStart,
    now: Date.now(),
    date: date.getTime(),
    text: Date.parse(Date()),
    extended: new Later().getTime(),
    origin: performance.timeOrigin + performance.now(),
    elapsedMs: performance.now() - before,
    remainingMs: context.getRemainingTimeInMillis(),
    given: [new Date(0).toISOString(), new Date(2020, 0).getFullYear(), Date.UTC(2020, 0), new Date('2020-01-01').getTime()],
    isDate: [date instanceof Date, new Later() instanceof Date, new Later().tag, date.constructor === Date,
      Object.prototype.toString.call(date), structuredClone(date) instanceof Date, typeof Date(), Date.name, Date.length],
  };
};`;

interface Told {
  readonly atStart: number;
  readonly now: number;
  readonly date: number;
  readonly text: number;
  readonly extended: number;
  readonly origin: number;
  readonly elapsedMs: number;
  readonly remainingMs: number;
  readonly given: readonly unknown[];
  readonly isDate: readonly unknown[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far a time that was told between two of this machine's is off, as a whole number of hours. */
async function hoursOff(tell: () => Promise<Told>) {
  const told = await tell();
  const nowMs = Date.now();
  const hours = (timeMs: number) => Math.round((timeMs - nowMs) / HOUR_MS);
  const { now, date, text, extended, origin } = told;
  return { told, hours: [now, date, text, extended, origin].map(hours), startHours: hours(told.atStart) };
}

describe('the clock of a function', () => {
  test('is off by what is set, at once and in an environment that lives, whatever it is asked by', async () => {
    const clockOffset = createClockOffset(2 * HOUR_MS);
    const { pool, lines } = await poolOf(functionOf(TELL), { clockOffset, platformLog: true });
    const tell = async () => payloadOf(await pool.invoke({})) as Told;
    const first = await hoursOff(tell);
    expect(first.hours).toEqual([2, 2, 2, 2, 2]);
    expect(first.startHours, 'while it loads, too').toBe(2);
    for (const offsetMs of [-DAY_MS, DAY_MS, 0]) {
      clockOffset.set(offsetMs);
      const { hours, told } = await hoursOff(tell);
      expect(new Set(hours)).toEqual(new Set([offsetMs / HOUR_MS]));
      expect(told.elapsedMs, 'durations are as they were').toBeLessThan(HOUR_MS);
      expect(told.remainingMs).toBeGreaterThan(0);
      expect(told.remainingMs).toBeLessThanOrEqual(5_000);
    }
    expect(pool.stats().coldStarts).toBe(1);
    for (const { timeMs } of lines) expect(Math.abs(timeMs - Date.now())).toBeLessThan(HOUR_MS);
  });

  test('is a Date like any other', async () => {
    const { pool } = await poolOf(functionOf(TELL), { clockOffset: createClockOffset(HOUR_MS) });
    const { given, isDate } = payloadOf(await pool.invoke({})) as Told;
    const fixed = Date.UTC(2020, 0);
    expect(given).toEqual(['1970-01-01T00:00:00.000Z', 2020, fixed, fixed]);
    expect(isDate).toEqual([true, true, 'later', true, '[object Date]', true, 'string', 'Date', 7]);
  });

  test('moves while an invocation runs', async () => {
    const clockOffset = createClockOffset();
    const source = `
      export const handler = async () => {
        const before = Date.now();
        console.log('reading');
        while (Date.now() - before < ${HOUR_MS / 2}) await new Promise((resolve) => setTimeout(resolve, 1));
        return 'moved';
      };`;
    const { pool, lines } = await poolOf(functionOf(source), { clockOffset });
    const answer = pool.invoke({});
    await expect.poll(() => lines.some(({ message }) => message.includes('reading'))).toBe(true);
    clockOffset.set(HOUR_MS);
    expect(payloadOf(await answer)).toBe('moved');
  });
});
