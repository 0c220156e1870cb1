/** The items and counters of one run. */
export interface DataKeys {
  /** Items that every client writes, reads and deletes. */
  readonly hot: readonly HotItem[];
  /** One of them, on which clients work most: it sees more keyed writes than an item remembers. */
  readonly busiest: HotItem | undefined;
  /** Items that are written and read in one region only: registers, whatever becomes of links. */
  readonly registers: readonly Register[];
  /** Partitions of items that a POST makes. */
  readonly freshPks: readonly string[];
  readonly keyedCounters: readonly string[];
  readonly plainCounters: readonly string[];
  /** Items of the entity whose merges are judged; none where the stage does not have it. */
  readonly tallies: readonly { readonly id: string; readonly isDropped: boolean }[];
  readonly tallyKinds: readonly string[];
}

/** An item that every client works on. */
export interface HotItem {
  readonly pk: string;
  readonly sk: string;
  /** The one region that may delete it, where there is only one: then no two deletions can meet. */
  readonly deletedBy?: string;
  /** Whether it may be deleted without If-Match: then nobody knows what the deletion was made on top of. */
  readonly isDeletedBlindly: boolean;
}

/** An item of one region. */
export interface Register {
  readonly pk: string;
  readonly sk: string;
  readonly region: string;
}

const HOT_PARTITIONS = 4;
const HOT_ITEMS = 8;
/** Of each region. */
const REGISTERS = 2;
/** Few, so that regions meet on them. */
const TALLIES = 6;
const TALLY_KINDS = 3;

/**
 * Lays out items and counters whose names begin with `prefix`, so that runs on one twin stay apart.
 *
 * @param hasTallies - whether the stage has the entity whose merges are judged
 */
export function dataKeys(prefix: string, regions: readonly string[], hasTallies = false): DataKeys {
  const named = (kind: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${kind}-${index}`);
  const hot = named('hot', HOT_PARTITIONS).flatMap((pk) =>
    Array.from({ length: HOT_ITEMS }, (_, index): HotItem => {
      const deletedBy = index % 2 === 0 ? regions[(index / 2) % regions.length] : undefined;
      const isDeletedBlindly = index === HOT_ITEMS - 1;
      return { pk, sk: `item-${index}`, isDeletedBlindly, ...(deletedBy === undefined ? {} : { deletedBy }) };
    }),
  );
  return {
    hot,
    busiest: hot.find(({ sk }) => sk === 'item-1'),
    registers: regions.flatMap((region) =>
      named('register', REGISTERS).map((pk) => ({ pk, sk: region, region })),
    ),
    freshPks: named('fresh', HOT_PARTITIONS),
    keyedCounters: named('keyed', 2),
    plainCounters: named('plain', 2),
    // Of those that nobody deletes each mark has to be visible or logged: nothing else excuses it.
    tallies: named('tally', hasTallies ? TALLIES : 0).map((id, at) => ({ id, isDropped: at % 3 === 0 })),
    tallyKinds: named('kind', TALLY_KINDS),
  };
}

/** Every partition that a run writes items of. */
export function partitionsOf({ hot, registers, freshPks }: DataKeys): string[] {
  return [...new Set([...hot.map(({ pk }) => pk), ...registers.map(({ pk }) => pk), ...freshPks])];
}
