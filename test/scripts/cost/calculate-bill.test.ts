import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calculateBill } from '../../../scripts/steps/cost/calculate-bill.ts';
import { FALLBACK_REGION, ITEMS, priceOf } from '../../../scripts/steps/cost/prices.ts';

const IRELAND = 'eu-west-1';
const FRANKFURT = 'eu-central-1';

/** 10 M requests, 30 % writes of 1 KB, half per Region, 512 MB x 25 ms; priced by hand. */
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
      healthChecks: 1,
      healthCheckOptions: 2,
      hostedZones: region === IRELAND ? 1 : 0,
    },
  })),
);

function sumOf(...items: readonly string[]): number {
  return bill.lines.filter(({ item }) => items.includes(item)).reduce((sum, { usd }) => sum + usd, 0);
}

describe('calculateBill()', () => {
  test.each([
    ['Lambda', ['lambdaRequests', 'lambdaGbSeconds'], 3.67],
    ['HTTP API, half of it in Frankfurt', ['httpApiRequests'], 11.55],
    ['writes, in every Region', ['writeUnits'], 4.4],
    ['reads, eventually consistent', ['readUnits'], 0.51],
    ['logs', ['logIngestGb'], 5.7],
    ['fast health checks', ['healthChecks', 'healthCheckOptions'], 5],
    ['zone and 20 alarms', ['hostedZones', 'alarmMetrics'], 2.5],
  ])('calculateBill() gives the worked bill to the cent: %s', (_, items, usd) => {
    expect(Number(sumOf(...items).toFixed(2))).toBe(usd);
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

describe('priceOf()', () => {
  test('priceOf() takes a named Region for one that is not in the table, and says so', () => {
    expect(priceOf('writeUnits', 'ap-south-1')).toMatchObject({
      usd: priceOf('writeUnits', FALLBACK_REGION).usd,
      isVerified: false,
      source: expect.stringContaining(FALLBACK_REGION),
    });
  });

  test('priceOf() has a price above zero and a source for everything that is billed', () => {
    for (const item of Object.keys(ITEMS).filter((name): name is keyof typeof ITEMS => name in ITEMS)) {
      for (const region of [IRELAND, FRANKFURT]) {
        expect(priceOf(item, region).usd).toBeGreaterThan(0);
        expect(priceOf(item, region).source).not.toBe('');
      }
    }
  });
});
