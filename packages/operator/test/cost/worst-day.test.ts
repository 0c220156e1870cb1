// Goal: nobody can make a day cost more than is said. Method: limits, sizes and regions varied one by one, and each bound
// reached from both sides.
import { describe, expect, test } from 'vitest';
import { CALLED_ROUTES, type CalledRoute, worstDay } from '../../src/cost/worst-day.ts';
import { mainTarget } from '../doctor/wired-account.ts';

const DAY = 86_400;
const one = { rateLimit: 1, burstLimit: 1 };
const ten = { rateLimit: 10, burstLimit: 10 };
/** Every route once a second. */
const slow = { probe: ten, health: one, control: one, traffic: one };

function quantityOf(item: string, bill = worstDay(mainTarget({ throttle: slow }))): number {
  return bill.lines.reduce((sum, line) => sum + (line.item === item ? line.quantity : 0), 0);
}

const named = (...names: CalledRoute['name'][]) => CALLED_ROUTES.filter(({ name }) => names.includes(name));

describe('worstDay()', () => {
  test('worstDay() has every route called at its limit all day, in every region, and its burst once', () => {
    const bill = worstDay(mainTarget({ throttle: slow }), named('getLiveness', 'probe', 'default'));
    // GET and HEAD of /health/live, and $default: each 86,401 times; the probe ten times that.
    expect(quantityOf('httpApiRequests', bill)).toBe(2 * (3 + 10) * (DAY + 1));
    expect(quantityOf('lambdaRequests', bill)).toBe(2 * (3 + 10) * (DAY + 1));
    expect(quantityOf('writeUnits', bill)).toBe(0);
  });

  test('worstDay() bills each write as often as it may be attempted, in every region, with a conflict of each', () => {
    const bill = worstDay(mainTarget({ throttle: slow }), named('putItem'));
    // An item of a body of 4 KB and its 2 KB, and a record of its key.
    expect(quantityOf('writeUnits', bill)).toBe(2 * (DAY + 1) * 7 * (8 + 3));
    expect(quantityOf('interRegionGb', bill)).toBeCloseTo((2 * (DAY + 1) * 6_144) / 1024 ** 3, 6);
  });

  test('worstDay() ends where the table does', () => {
    const table = { maxReadRequestUnits: 7, maxWriteRequestUnits: 5 };
    const bill = worstDay(mainTarget({ throttle: slow, table }));
    expect([quantityOf('readUnits', bill), quantityOf('writeUnits', bill)]).toEqual([
      2 * 7 * DAY,
      2 * 5 * DAY,
    ]);
  });

  test('worstDay() meters answers over 512 KB as two, and none of HEAD', () => {
    const [get, head] = ['GET', 'HEAD'].map((method) =>
      worstDay(
        mainTarget({ throttle: slow }),
        named('listItems').filter((route) => route.method === method),
      ),
    );
    expect(quantityOf('httpApiRequests', get)).toBe(2 * quantityOf('httpApiRequests', head));
    expect(quantityOf('internetGb', get)).toBeGreaterThan(100 * quantityOf('internetGb', head));
  });

  test.each([
    ['throttle.traffic', { throttle: { ...slow, traffic: ten } }],
    ['throttle.health', { throttle: { ...slow, health: ten } }],
    ['the size of bodies', { throttle: slow, http: { bodyLimitBytes: 100_000 } }],
    ['the number of regions', { throttle: slow, regions: ['eu-west-1', 'eu-central-1', 'eu-west-3'] }],
  ])(
    'worstDay() costs more with %s',
    (_, { regions, ...changes }: Parameters<typeof mainTarget>[0] & object) => {
      const target = mainTarget(changes);
      const placed = regions === undefined ? target : { ...target, regions };
      expect(worstDay(placed).totalUsd).toBeGreaterThan(worstDay(mainTarget({ throttle: slow })).totalUsd);
    },
  );
});
