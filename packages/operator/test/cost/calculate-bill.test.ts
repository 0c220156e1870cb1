import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUses, calculateBill } from '../../src/cost/calculate-bill.ts';
import { GLOBAL, type Item } from '../../src/cost/price-items.ts';

const IRELAND = 'eu-west-1';
const FRANKFURT = 'eu-central-1';

/** What both Regions use of everything but probes: 10 M requests, 30 % writes of 1 KB, half per Region, 512 MB x 25 ms. */
const bill = calculateBill(
  [IRELAND, FRANKFURT].map((region) => ({
    region,
    quantities: {
      lambdaRequests: 5e6,
      lambdaGbSeconds: 62_500,
      httpApiRequests: 5e6,
      writeUnits: 3e6,
      readUnits: 1.75e6,
      logIngestGb: 4.75,
      alarmMetrics: 10,
      // One fast check of the API, one slow one of a switch, one calculated.
      healthChecks: 3,
      healthCheckOptions: 2 + 1,
      hostedZones: region === IRELAND ? 1 : 0,
    },
  })),
);

/** Probes of two fast checks, shared evenly, at the low and the high end of what AWS sends. */
const probes = [3e6, 4e6].map((perCheck) => {
  const lambdaGbSeconds = perCheck * 0.5 * 0.025;
  const quantities = { httpApiRequests: perCheck, lambdaRequests: perCheck, lambdaGbSeconds };
  return calculateBill([IRELAND, FRANKFURT].map((region) => ({ region, quantities })));
});

function sumOf(of: typeof bill, ...items: readonly Item[]): number {
  return of.lines.filter(({ item }) => items.includes(item)).reduce((sum, { usd }) => sum + usd, 0);
}

const usdOf = (quantities: Readonly<Partial<Record<Item, number>>>, region = IRELAND) =>
  calculateBill([{ region, quantities }]).totalUsd;

describe('calculateBill()', () => {
  test.each<[string, readonly Item[], number]>([
    ['Lambda', ['lambdaRequests', 'lambdaGbSeconds'], 3.67],
    ['HTTP API, half of it in Frankfurt', ['httpApiRequests'], 11.55],
    ['writes, in every Region', ['writeUnits'], 4.4],
    ['reads, eventually consistent', ['readUnits'], 0.51],
    ['logs', ['logIngestGb'], 5.7],
    ['fast, switch and calculated checks', ['healthChecks', 'healthCheckOptions'], 9],
    ['zone and 20 alarms', ['hostedZones', 'alarmMetrics'], 2.5],
  ])('calculateBill() gives the worked bill to the cent: %s', (_, items, usd) => {
    expect(Number(sumOf(bill, ...items).toFixed(2))).toBe(usd);
  });

  test('calculateBill() gives the worked bill where it depends on how checks are made', () => {
    expect(usdOf({ httpApiRequests: 10e6 })).toBeCloseTo(11.1, 10);
    // Strong reads, one Region alone, fast checks, switch checks, calculated ones, an index, an edge.
    expect(2 * sumOf(bill, 'readUnits')).toBeCloseTo(1.03, 2);
    expect(usdOf({ writeUnits: 3e6 })).toBeCloseTo(2.115, 10);
    expect(usdOf({ healthChecks: 2, healthCheckOptions: 4 })).toBe(5);
    expect(usdOf({ healthChecks: 2, healthCheckOptions: 2 })).toBe(3);
    expect(usdOf({ healthChecks: 2 })).toBe(1);
    expect(usdOf({ webAcls: 1, wafRules: 5, wafRequests: 10e6, edgeRequests: 10e6 })).toBeCloseTo(28, 10);
  });

  test('calculateBill() gives the worked bill for probes, and its sum', () => {
    const [low = bill, high = bill] = probes;
    expect(Math.round(sumOf(low, 'httpApiRequests'))).toBe(7);
    expect(Math.round(sumOf(high, 'httpApiRequests'))).toBe(9);
    expect(Math.round(low.totalUsd - sumOf(low, 'httpApiRequests'))).toBe(2);
    expect(Math.round(high.totalUsd - sumOf(high, 'httpApiRequests'))).toBe(3);
    expect(Math.floor(bill.totalUsd + low.totalUsd)).toBe(46);
    expect(Math.floor(bill.totalUsd + high.totalUsd)).toBe(49);
  });

  test('calculateBill() lists once, for the account, what no Region has by itself', () => {
    expect(bill.byRegion[GLOBAL]).toBeCloseTo(9.5, 10);
    expect(bill.lines.filter(({ item }) => item === 'healthChecks')).toMatchObject([
      { region: GLOBAL, quantity: 6 },
    ]);
  });

  test('calculateBill() adds services up to the total, and Regions too', () => {
    const add = (sums: Readonly<Record<string, number>>) => Object.values(sums).reduce((a, b) => a + b, 0);
    expect(add(bill.byService)).toBeCloseTo(bill.totalUsd, 10);
    expect(add(bill.byRegion)).toBeCloseTo(bill.totalUsd, 10);
  });

  test('calculateBill() is linear and monotone in what is used', () => {
    const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
    const total = (writeUnits: number) =>
      calculateBill([{ region: FRANKFURT, quantities: { writeUnits } }]).totalUsd;
    fc.assert(
      fc.property(amount, amount, (one, other) => {
        expect(total(one + other)).toBeCloseTo(total(one) + total(other), 6);
        expect(total(one + other)).toBeGreaterThanOrEqual(total(one));
      }),
    );
  });
});

describe('addUses()', () => {
  test('addUses() adds what is used of one thing in one Region, and keeps the order of Regions', () => {
    const use = (region: string) => ({ region, quantities: { secrets: 1, hostedZones: 1 } });
    expect(addUses([use(FRANKFURT), use(IRELAND), use(FRANKFURT)])).toEqual([
      { region: FRANKFURT, quantities: { secrets: 2 } },
      { region: IRELAND, quantities: { secrets: 1 } },
      { region: GLOBAL, quantities: { hostedZones: 3 } },
    ]);
  });
});
