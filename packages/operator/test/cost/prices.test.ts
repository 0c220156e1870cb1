import { describe, expect, test } from 'vitest';
import { ITEM_NAMES } from '../../src/cost/price-items.ts';
import { PRICED_REGIONS, priceOf } from '../../src/cost/prices.ts';

describe('priceOf()', () => {
  test('priceOf() has a price above zero and a source for everything that is billed, in every Region', () => {
    for (const item of ITEM_NAMES) {
      for (const region of [...PRICED_REGIONS, 'ap-south-1']) {
        const { usd, source } = priceOf(item, region);
        expect(usd, `${item}, ${region}`).toBeGreaterThan(0);
        expect(source, `${item}, ${region}`).not.toBe('');
      }
    }
  });

  test('priceOf() says of a price that it is verified only with a price list and its date', () => {
    for (const item of ITEM_NAMES) {
      for (const region of PRICED_REGIONS) {
        const { source, isVerified } = priceOf(item, region);
        expect(/^AWS price list of [\w-]+, (read|published) \d{4}-\d\d-\d\d$/.test(source)).toBe(isVerified);
      }
    }
  });

  test('priceOf() takes the dearest for a Region that is not in the table, and says so', () => {
    expect(priceOf('writeUnits', 'ap-south-1')).toEqual({
      usd: priceOf('writeUnits', 'eu-central-1').usd,
      isVerified: false,
      source: expect.stringContaining('the dearest of eu-west-1, eu-central-1'),
    });
  });

  test('priceOf() asks for no Region where there is one price', () => {
    expect(priceOf('healthChecks', 'ap-south-1')).toEqual(priceOf('healthChecks', 'eu-west-1'));
  });
});
