import type { Random } from '@gsp/twin';
import { itemName, type Operation, type Version } from '../judge/history.ts';
import { pick, pickWeighted } from '../pick.ts';

/** What a client does next. */
export interface Step {
  readonly operation: Operation;
  /** Whether it is sent to two regions at once: possible only under an idempotency key. */
  readonly isRaced: boolean;
}

/** What a client knows when it decides. */
export interface ClientKnowledge {
  /** Region that the client talks to at present. */
  readonly region: string;
  /** Versions of items as last seen, by item name. */
  readonly versions: ReadonlyMap<string, Version>;
  /** Items that this client has made with a POST. */
  readonly posted: readonly { readonly pk: string; readonly sk: string }[];
  /** Keyed writes that were acknowledged in this region. */
  readonly usedKeys: readonly { readonly path: string; readonly body: object; readonly key: string }[];
}

/** The items and counters of one run. */
export interface DataKeys {
  /** Items that every client writes, reads and deletes. */
  readonly hot: readonly HotItem[];
  /** Partitions of items that a POST makes. */
  readonly freshPks: readonly string[];
  readonly keyedCounters: readonly string[];
  readonly plainCounters: readonly string[];
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

const HOT_PARTITIONS = 4;
const HOT_ITEMS = 8;

/** Lays out items and counters whose names begin with `prefix`, so that runs on one twin stay apart. */
export function dataKeys(prefix: string, regions: readonly string[]): DataKeys {
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
    freshPks: named('fresh', HOT_PARTITIONS),
    keyedCounters: named('keyed', 2),
    plainCounters: named('plain', 2),
  };
}

/** What of a client's decisions is what, as shares that add up to 1. An edit or a deletion takes two steps. */
const MIX = [
  ['read', 0.24],
  ['put', 0.21],
  ['edit', 0.1],
  ['delete', 0.12],
  ['post', 0.18],
  ['increment', 0.11],
  ['count', 0.02],
  ['misuse', 0.02],
] as const;

/** An item that a client turns to. */
type Target = Pick<HotItem, 'pk' | 'sk' | 'deletedBy'>;

/** Makes the steps of one client. The same random numbers and the same knowledge give the same step. */
export function createDataWorkload({
  client,
  keys,
  random,
}: {
  client: string;
  keys: DataKeys;
  random: Random;
}): (known: ClientKnowledge) => Step {
  let made = 0;
  const chance = (share: number) => random() < share;
  const identity = (keyed: boolean) => {
    made += 1;
    const id = `${client}-${made}`;
    return { id, client, ...(keyed ? { idempotencyKey: `key-${id}` } : {}) };
  };
  const step = (operation: Operation, raceShare = 0): Step => ({
    operation,
    isRaced: operation.idempotencyKey !== undefined && chance(raceShare),
  });
  const target = ({ posted }: ClientKnowledge): Target =>
    posted.length > 0 && chance(0.08) ? pick(posted, random) : pick(keys.hot, random);

  /** An edit or a deletion that comes next, after a read of its item: most edits are made on what was just read. */
  let planned: { readonly kind: 'put' | 'delete'; readonly item: Target } | undefined;

  const read = ({ pk, sk }: Target): Step => step({ ...identity(false), kind: 'read', pk, sk });
  const put = ({ pk, sk }: Target, match?: Version): Step => {
    const condition = match !== undefined ? { match } : chance(0.06) ? { match: 'none' as const } : {};
    return step({ ...identity(chance(0.35)), kind: 'put', pk, sk, ...condition }, 0.2);
  };
  const remove = ({ pk, sk, deletedBy }: Target, match?: Version): Step => {
    // A key would let the deletion be repeated in another region.
    const isKeyed = deletedBy === undefined && chance(0.3);
    const condition = match === undefined ? {} : { match };
    return step({ ...identity(isKeyed), kind: 'delete', pk, sk, ...condition }, 0.2);
  };
  const plan = (kind: 'put' | 'delete', item: Target): Step => {
    planned = { kind, item };
    return read(item);
  };
  const carryOut = ({ kind, item }: NonNullable<typeof planned>, { versions, region }: ClientKnowledge) => {
    const seen = versions.get(itemName(item));
    const mayDelete = item.deletedBy === undefined || item.deletedBy === region;
    if (seen === undefined || (kind === 'delete' && !mayDelete)) return put(item);
    return kind === 'put' ? put(item, seen) : remove(item, seen);
  };
  const deletable = ({ region }: ClientKnowledge) => {
    const mine = ({ deletedBy }: HotItem) => deletedBy === undefined || deletedBy === region;
    return pick(keys.hot.filter(mine), random);
  };
  const increment = (): Step => {
    const isKeyed = chance(0.6);
    const counter = pick(isKeyed ? keys.keyedCounters : keys.plainCounters, random);
    const by = (1 + Math.floor(random() * 40)) * (chance(0.3) ? -1 : 1);
    return step({ ...identity(isKeyed), kind: 'increment', counter, by }, 0.3);
  };
  const misuse = ({ usedKeys }: ClientKnowledge): Step | undefined => {
    if (usedKeys.length === 0) return undefined;
    const { path, body, key } = pick(usedKeys, random);
    const { id } = identity(false);
    return step({
      id,
      client,
      idempotencyKey: key,
      kind: 'misuse',
      path,
      body: { ...body, ...anotherBody(path, id) },
    });
  };

  return (known) => {
    if (planned !== undefined) {
      const now = planned;
      planned = undefined;
      return carryOut(now, known);
    }
    switch (pickWeighted(MIX, random)) {
      case 'put':
        return put(target(known));
      case 'edit':
        return plan('put', target(known));
      case 'delete': {
        const item = deletable(known);
        return item.isDeletedBlindly && chance(0.5) ? remove(item) : plan('delete', item);
      }
      case 'post':
        return step({ ...identity(chance(0.5)), kind: 'post', pk: pick(keys.freshPks, random) }, 0.3);
      case 'increment':
        return increment();
      case 'count':
        return step({
          ...identity(false),
          kind: 'count',
          counter: pick([...keys.keyedCounters, ...keys.plainCounters], random),
        });
      case 'misuse':
        return misuse(known) ?? read(target(known));
      case 'read':
        return read(target(known));
    }
  };
}

function anotherBody(path: string, id: string): object {
  return path === '/write' ? { data: { op: id } } : { by: 1_000 };
}
