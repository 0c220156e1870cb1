import { ITEMS, type Item, priceOf } from './prices.ts';

/** How much of what one Region uses in a month. */
export interface RegionUse {
  readonly region: string;
  readonly quantities: Readonly<Partial<Record<Item, number>>>;
}

/** One line of a bill. */
export interface BillLine {
  readonly region: string;
  readonly item: Item;
  readonly service: string;
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitUsd: number;
  readonly usd: number;
  readonly source: string;
  readonly isVerified: boolean;
}

/** What a month costs, in US dollars, not rounded. */
export interface Bill {
  readonly lines: readonly BillLine[];
  readonly byService: Readonly<Record<string, number>>;
  readonly byRegion: Readonly<Record<string, number>>;
  readonly totalUsd: number;
}

/** The bill for what is used: quantity times price, line by line; nothing is free, and no tier makes it cheaper. */
export function calculateBill(uses: readonly RegionUse[]): Bill {
  const lines = uses.flatMap(({ region, quantities }) =>
    itemsOf(quantities).map(([item, quantity]): BillLine => {
      const { usd: unitUsd, source, isVerified } = priceOf(item, region);
      const { service, what, per } = ITEMS[item];
      return {
        ...{ region, item, service, what, quantity, unit: per, unitUsd },
        ...{ usd: quantity * unitUsd, source, isVerified },
      };
    }),
  );
  return {
    lines,
    byService: sums(lines, ({ service }) => service),
    byRegion: sums(lines, ({ region }) => region),
    totalUsd: lines.reduce((sum, { usd }) => sum + usd, 0),
  };
}

function itemsOf(quantities: RegionUse['quantities']): (readonly [Item, number])[] {
  const items = Object.keys(ITEMS).filter((name): name is Item => Object.hasOwn(ITEMS, name));
  return items.flatMap((item) => {
    const quantity = quantities[item] ?? 0;
    return quantity === 0 ? [] : [[item, quantity] as const];
  });
}

function sums(lines: readonly BillLine[], keyOf: (line: BillLine) => string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of lines) found[keyOf(line)] = (found[keyOf(line)] ?? 0) + line.usd;
  return found;
}
