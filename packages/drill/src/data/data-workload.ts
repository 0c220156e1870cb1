import type { Random } from '@gsp/twin';
import { itemName, type Operation, type Version } from '../judge/history.ts';
import type { ObservedTally } from '../judge/tally.ts';
import { pick, pickWeighted } from '../pick.ts';
import { timedKey } from '../timed-key.ts';
import type { DataKeys, HotItem } from './data-keys.ts';
import { createTallyWorkload } from './tally-workload.ts';

/** What a client does next. */
export interface Step {
  readonly operation: Operation;
  /** Whether it is sent to two regions at once: possible only under an idempotency key. */
  readonly isRaced: boolean;
  /** The region that it has to be sent to, whatever happens. @default - wherever the client is */
  readonly onlyIn?: string;
}

/** What a client knows when it decides. */
export interface ClientKnowledge {
  /** Region that the client talks to at present. */
  readonly region: string;
  /** Versions of items as last seen, by item name. */
  readonly versions: ReadonlyMap<string, Version>;
  /** Tallies as last seen, by id. */
  readonly tallies: ReadonlyMap<string, ObservedTally>;
  /** Items that this client has made with a POST. */
  readonly posted: readonly { readonly pk: string; readonly sk: string }[];
  /** Keyed writes that were acknowledged in this region. */
  readonly usedKeys: readonly UsedKey[];
  /** Keyed operations of this client that were acknowledged, the oldest first. */
  readonly done: readonly Operation[];
}

/** A request that was acknowledged under a key. */
export interface UsedKey {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: object;
  readonly key: string;
}

/** What of a client's decisions is what, as shares that add up to 1. An edit or a deletion takes two steps. */
const MIX = [
  ['read', 0.17],
  ['put', 0.17],
  ['edit', 0.1],
  ['delete', 0.1],
  ['post', 0.14],
  ['increment', 0.1],
  ['count', 0.02],
  ['misuse', 0.02],
  ['register', 0.12],
  ['repeat', 0.06],
] as const;

/** What is done to a register: much of it on a condition, which only a register can promise. */
const REGISTER_MIX = [
  ['read', 0.4],
  ['put', 0.25],
  ['edit', 0.15],
  ['create', 0.08],
  ['delete', 0.12],
] as const;

/**
 * Shares of keys without a time; of choices that fall on the busiest item; of writes that say how long the item
 * lives.
 */
const UNTIMED_SHARE = 0.2;
const BUSIEST_SHARE = 0.12;

/** Many: a register sees more keys than an item remembers, and repetitions of the ones that it has forgotten. */
const REGISTER_KEYED_SHARE = 0.6;
const REPEAT_REGISTER_SHARE = 0.6;
const LIFE_SHARE = 0.1;
/** Of all steps, where the stage has tallies. */
const TALLY_SHARE = 0.4;

/** Longer than any run: nothing expires in one. */
const TTL_SECONDS = 7_200;

/** An item that a client turns to. */
type Target = Pick<HotItem, 'pk' | 'sk' | 'deletedBy'>;

/** Makes the steps of one client. The same random numbers and the same knowledge give the same step. */
export function createDataWorkload({
  client,
  keys,
  random,
  nowMs = Date.now,
}: {
  client: string;
  keys: DataKeys;
  random: Random;
  /** The time of new keys, in milliseconds since 1970. */
  nowMs?: () => number;
}): (known: ClientKnowledge) => Step {
  let made = 0;
  const registerRegions = new Map(keys.registers.map((item) => [itemName(item), item.region]));
  const chance = (share: number) => random() < share;
  const identity = (keyed: boolean) => {
    made += 1;
    const id = `${client}-${made}`;
    if (!keyed) return { id, client };
    const idempotencyKey = chance(UNTIMED_SHARE) ? `key-${id}` : timedKey(nowMs(), random);
    return { id, client, idempotencyKey };
  };
  const step = (operation: Operation, raceShare = 0): Step => ({
    operation,
    isRaced: operation.idempotencyKey !== undefined && chance(raceShare),
  });
  const target = ({ posted }: ClientKnowledge): Target =>
    posted.length > 0 && chance(0.08)
      ? pick(posted, random)
      : ((chance(BUSIEST_SHARE) ? keys.busiest : undefined) ?? pick(keys.hot, random));

  /** An edit or a deletion that comes next, after a read of its item: most edits are made on what was just read. */
  let planned: { readonly kind: 'put' | 'delete'; readonly item: Target } | undefined;

  const read = ({ pk, sk }: Target): Step => step({ ...identity(false), kind: 'read', pk, sk });
  const put = ({ pk, sk }: Target, match?: Version): Step => {
    const condition = match !== undefined ? { match } : chance(0.06) ? { match: 'none' as const } : {};
    return step({ ...identity(chance(0.35)), kind: 'put', pk, sk, ...condition, ...life() }, 0.2);
  };
  const life = () => (chance(LIFE_SHARE) ? { ttlSeconds: chance(0.5) ? null : TTL_SECONDS } : {});
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
  const register = ({ versions }: ClientKnowledge): Step => {
    const { pk, sk, region: onlyIn } = pick(keys.registers, random);
    const seen = versions.get(itemName({ pk, sk }));
    const match = seen === undefined ? {} : { match: seen };
    const operation = (): Operation => {
      switch (pickWeighted(REGISTER_MIX, random)) {
        case 'read':
          return { ...identity(false), kind: 'read', pk, sk };
        case 'put':
          return { ...identity(chance(REGISTER_KEYED_SHARE)), kind: 'put', pk, sk };
        case 'edit':
          return { ...identity(chance(REGISTER_KEYED_SHARE)), kind: 'put', pk, sk, ...match };
        case 'create':
          return { ...identity(chance(REGISTER_KEYED_SHARE)), kind: 'put', pk, sk, match: 'none' };
        case 'delete':
          return {
            ...identity(chance(REGISTER_KEYED_SHARE)),
            kind: 'delete',
            pk,
            sk,
            ...(chance(0.5) ? match : {}),
          };
      }
    };
    return { operation: operation(), isRaced: false, onlyIn };
  };
  /** One of the older ones: meanwhile others have used more keys than an item remembers. */
  const repeat = ({ done }: ClientKnowledge): Step | undefined => {
    if (done.length === 0) return undefined;
    const regionOf = (each: Operation) => registerRegions.get('sk' in each ? itemName(each) : '');
    const ofRegisters = done.filter((each) => regionOf(each) !== undefined);
    const from = ofRegisters.length > 0 && chance(REPEAT_REGISTER_SHARE) ? ofRegisters : done;
    const operation = pick(from.slice(0, Math.ceil(from.length / 2)), random);
    const onlyIn = regionOf(operation);
    return { operation, isRaced: false, ...(onlyIn === undefined ? {} : { onlyIn }) };
  };
  const misuse = ({ usedKeys }: ClientKnowledge): Step | undefined => {
    if (usedKeys.length === 0) return undefined;
    const { method, path, body, key } = pick(usedKeys, random);
    const { id } = identity(false);
    return step({
      id,
      client,
      idempotencyKey: key,
      kind: 'misuse',
      method,
      path,
      body: { ...body, ...anotherBody(path, id) },
    });
  };

  const tally = createTallyWorkload({ keys, random, identity });

  return (known) => {
    if (planned !== undefined) {
      const now = planned;
      planned = undefined;
      return carryOut(now, known);
    }
    if (keys.tallies.length > 0 && chance(TALLY_SHARE)) return step(tally(known.tallies), 0.2);
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
      case 'register':
        return register(known);
      case 'repeat':
        return repeat(known) ?? read(target(known));
      case 'read':
        return read(target(known));
    }
  };
}

function anotherBody(path: string, id: string): object {
  return path.startsWith('/counters/') ? { by: 1_000 } : { data: { op: id } };
}
