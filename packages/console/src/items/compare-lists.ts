import type { Item, ItemKey } from '@gsp/platform/contract';

/** One region's list of a partition key, newest first; null while it has not answered. */
export interface RegionList {
  readonly region: string;
  readonly items: readonly Item[] | null;
  /** Sort key where the page ends and the list goes on; absent where it is the whole list. */
  readonly endsAt?: string;
  /** Records of other programs among them. */
  readonly unreadable?: readonly ItemKey[];
}

/** One item as every region has it. */
export interface ComparedItem {
  readonly sk: string;
  /** In the order of the lists: the item, null where it is missing, undefined where the region has not answered. */
  readonly cells: readonly (Item | null | undefined)[];
  /** `same` when every region that answered has the same version of it. */
  readonly state: 'same' | 'differs' | 'missing';
}

/**
 * Lays lists side by side, by sort key, newest first. A list that was cut off at its page's end says nothing of older
 * items: rows end where the shortest such page does.
 */
export function compareLists(lists: readonly RegionList[]): readonly ComparedItem[] {
  const from = oldestComparable(lists);
  const keys = new Set(lists.flatMap(({ items }) => (items ?? []).map(({ sk }) => sk)));
  return [...keys]
    .filter((sk) => from === null || sk >= from)
    .sort((one, other) => (one < other ? 1 : -1))
    .map((sk) => {
      const cells = lists.map(({ items }) =>
        items === null ? undefined : (items.find((item) => item.sk === sk) ?? null),
      );
      return { sk, cells, state: stateOf(cells) };
    });
}

function oldestComparable(lists: readonly RegionList[]): string | null {
  return (
    lists
      .flatMap(({ endsAt }) => endsAt ?? [])
      .sort()
      .at(-1) ?? null
  );
}

function stateOf(cells: ComparedItem['cells']): ComparedItem['state'] {
  const answered = cells.filter((cell) => cell !== undefined);
  if (answered.includes(null)) return 'missing';
  const versions = new Set(answered.map((item) => versionText(item?.version ?? {})));
  return versions.size > 1 ? 'differs' : 'same';
}

/** A version as text, whatever the order of its regions: `eu-central-1=9;eu-west-1=3`. */
export function versionText(version: Item['version']): string {
  return Object.entries(version)
    .map(([region, count]) => `${region}=${count}`)
    .sort()
    .join(';');
}
