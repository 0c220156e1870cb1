import { GLOBAL, ITEM_NAMES, ITEMS, type Item, isGlobalItem } from './price-items.ts';
import { priceOf } from './prices.ts';

/** Amounts by item; what is missing is not used. */
export type Quantities = Readonly<Partial<Record<Item, number>>>;

/** How much of what one Region uses in a month. */
export interface RegionUse {
  readonly region: string;
  readonly quantities: Quantities;
}

/** One line of a bill. */
export interface BillLine {
  /** The Region, or 'global'. */
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
  const lines = addUses(uses).flatMap(({ region, quantities }) =>
    ITEM_NAMES.flatMap((item): BillLine[] => {
      const quantity = quantities[item] ?? 0;
      if (quantity === 0) return [];
      const { usd: unitUsd, source, isVerified } = priceOf(item, region);
      const { service, what, per } = ITEMS[item];
      return [
        {
          ...{ region, item, service, what, quantity, unit: per, unitUsd },
          ...{ usd: quantity * unitUsd, source, isVerified },
        },
      ];
    }),
  );
  return {
    lines,
    byService: sums(lines, ({ service }) => service),
    byRegion: sums(lines, ({ region }) => region),
    totalUsd: lines.reduce((sum, { usd }) => sum + usd, 0),
  };
}

/** All uses as one for each Region, in the order in which Regions are first named; what is no Region's comes last. */
export function addUses(uses: readonly RegionUse[]): RegionUse[] {
  const sumsOf = new Map<string, Partial<Record<Item, number>>>();
  const regions = [...new Set(uses.map(({ region }) => region).filter((region) => region !== GLOBAL))];
  for (const region of [...regions, GLOBAL]) sumsOf.set(region, {});
  for (const { region, quantities } of uses) {
    for (const item of ITEM_NAMES) {
      const sum = sumsOf.get(isGlobalItem(item) ? GLOBAL : region);
      const quantity = quantities[item] ?? 0;
      if (sum !== undefined && quantity !== 0) sum[item] = (sum[item] ?? 0) + quantity;
    }
  }
  return [...sumsOf].map(([region, quantities]) => ({ region, quantities }));
}

function sums(lines: readonly BillLine[], keyOf: (line: BillLine) => string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of lines) found[keyOf(line)] = (found[keyOf(line)] ?? 0) + line.usd;
  return found;
}
