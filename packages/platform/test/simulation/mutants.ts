import type { Change } from '../../src/domain/change-consumer.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import type { KeyedWrite } from '../../src/domain/keyed-write.ts';
import { compareVersions } from '../../src/domain/version-vector.ts';
import type { Violation } from './history.ts';
import type { SeamPlace, Seams } from './model/seams.ts';

/** A platform with one mechanism broken. */
export interface Mutant {
  /** What is wrong with it. */
  readonly name: string;
  readonly seams: Seams;
  /** Which promise it breaks. */
  readonly caughtBy: Violation['checker'];
}

/** Every mechanism that the promises about data rest on, broken one at a time. */
export const mutants: readonly Mutant[] = [
  {
    name: 'a write over a tombstone begins a new version',
    caughtBy: 'conflicts',
    seams: { itemStore: withoutTombstones },
  },
  {
    name: 'images do not keep the history of their item',
    caughtBy: 'conflicts',
    seams: { itemStore: (store) => storing(store, (image) => ({ ...image, history: [] })) },
  },
  {
    name: 'a write does not ask what its region holds',
    caughtBy: 'conflicts',
    seams: { itemStore: withoutCondition },
  },
  {
    name: 'a keyed write is not remembered',
    caughtBy: 'idempotency',
    seams: { itemStore: (store) => storing(store, (image) => ({ ...image, keyedWrites: [] })) },
  },
  {
    name: 'the dot of a keyed write is random',
    caughtBy: 'conflicts',
    seams: {
      sha256: (sha256, place) => (text) => sha256(text.startsWith('["dot"') ? salted(text, place) : text),
    },
  },
  {
    name: 'the sort key of a keyed write is random',
    caughtBy: 'idempotency',
    seams: {
      sha256: (sha256, place) => (text) => sha256(text.startsWith('["sk"') ? salted(text, place) : text),
    },
  },
  {
    name: 'the request that came with a key is not compared',
    caughtBy: 'idempotency',
    seams: { sha256: (sha256) => (text) => sha256(text.startsWith('["request"') ? '' : text) },
  },
  {
    name: 'dots are not random',
    caughtBy: 'counts',
    seams: { random: () => () => 0 },
  },
  {
    name: 'an image does not know that it has forgotten keys',
    caughtBy: 'idempotency',
    seams: { itemStore: (store) => storing(store, ({ forgotten: _forgotten, ...image }) => image) },
  },
  {
    name: 'a key is remembered no longer than what it wrote',
    caughtBy: 'idempotency',
    seams: { itemStore: (store) => storing(store, forgettingWithTheItem) },
  },
  {
    name: 'a key without a time has no record',
    caughtBy: 'idempotency',
    seams: {
      itemStore: (store) => ({
        ...store,
        findRecord: () => Promise.resolve(undefined),
        replace: (image, before) => store.replace(image, before),
      }),
    },
  },
  {
    name: 'a refusal does not ask what the session has seen',
    caughtBy: 'refusals',
    seams: { session: (session, by) => (by === 'write' ? [] : session) },
  },
  {
    name: 'nobody looks for lost writes',
    caughtBy: 'loss',
    seams: { change: (change) => (change.kind === 'item' ? undefined : change) },
  },
  {
    name: 'half of the changes never reach the consumer',
    caughtBy: 'loss',
    seams: { isFiltered: (passes, _record, { random }) => passes && random(2) === 0 },
  },
  {
    name: 'conflicts are judged by versions alone',
    caughtBy: 'conflicts',
    seams: { change: judgedByVersions },
  },
  {
    name: 'every region judges every write',
    caughtBy: 'conflicts',
    seams: { isFiltered: () => true, consumerRegions: ({ region }) => [region] },
  },
  {
    name: 'a write that had expired counts as lost',
    caughtBy: 'conflicts',
    seams: {
      change: (change) =>
        change.kind === 'item' ? { ...change, before: { ...change.before, ttl: 9_999_999_999 } } : change,
    },
  },
  {
    name: 'a removal by another region is not judged',
    caughtBy: 'loss',
    seams: {
      change: (change) => (change.kind === 'item' && change.after === undefined ? undefined : change),
    },
  },
  {
    name: 'an entry of the conflict log gets a new key each time',
    caughtBy: 'conflicts',
    seams: {
      conflictLog: (log, { random }) => ({
        ...log,
        record: (id, conflict, call) =>
          log.record({ ...id, updatedAtMs: id.updatedAtMs + random(1_000) }, conflict, call),
      }),
    },
  },
  {
    name: 'sessions are ignored',
    caughtBy: 'session',
    seams: { session: (session, by) => (by === 'read' ? [] : session) },
  },
  {
    name: 'reads do not look into the conflict log',
    caughtBy: 'session',
    seams: { conflictLog: (log) => ({ ...log, find: () => Promise.resolve(undefined) }) },
  },
  {
    name: 'an increment that was counted twice is not taken back',
    caughtBy: 'counters',
    seams: { counterStore: (store) => ({ ...store, takeBack: () => Promise.resolve(true) }) },
  },
  {
    name: 'an increment is taken back twice',
    caughtBy: 'counters',
    seams: {
      counterStore: (store) => ({
        ...store,
        takeBack: async (record, call) => {
          await store.takeBack(record, call);
          return store.takeBack({ ...record, key: `${record.key} again` }, call);
        },
      }),
    },
  },
  {
    name: 'an increment is taken back by every region that sees it replaced',
    caughtBy: 'counters',
    seams: { isFiltered: () => true, change: asIfCountedHere },
  },
  {
    name: 'an increment with a key is counted each time',
    caughtBy: 'counters',
    seams: {
      counterStore: (store) => ({
        ...store,
        addOnce: (record, call) => store.add(record.id, record.by, call),
      }),
    },
  },
  {
    name: 'the version that arrives last wins',
    caughtBy: 'convergence',
    seams: { isNewer: () => true },
  },
];

function storing(store: ItemStore, broken: (image: ItemImage) => ItemImage): ItemStore {
  return { ...store, replace: (image, before, call) => store.replace(broken(image), before, call) };
}

function forgettingWithTheItem(image: ItemImage): ItemImage {
  const { ttl = Number.POSITIVE_INFINITY, keyedWrites } = image;
  const until = (each: KeyedWrite) => Math.min(each.until, ttl);
  return { ...image, keyedWrites: keyedWrites.map((each) => ({ ...each, until: until(each) })) };
}

function withoutTombstones(store: ItemStore): ItemStore {
  const hide = (image: ItemImage | undefined) => (image?.deleted ? undefined : image);
  return {
    ...store,
    get: async (key, call) => hide(await store.get(key, call)),
    replace: async (image, before, call) => {
      const outcome = await store.replace(image, before, call);
      const isHidden = !outcome.replaced && before === undefined && outcome.found?.deleted;
      return isHidden ? store.replace(image, outcome.found, call) : outcome;
    },
  };
}

function withoutCondition(store: ItemStore): ItemStore {
  return {
    ...store,
    replace: async (image, before, call) => {
      const outcome = await store.replace(image, before, call);
      return outcome.replaced ? outcome : store.replace(image, outcome.found, call);
    },
  };
}

function salted(text: string, { random }: SeamPlace): string {
  return `${text} ${random(2 ** 32)}`;
}

function judgedByVersions(change: Change): Change {
  if (change.kind === 'increment' || change.after === undefined) return change;
  const { before, after } = change;
  const order = compareVersions(after.version, before.version);
  const history = order === 'after' || order === 'equal' ? [before.dot] : [];
  return { ...change, after: { ...after, dot: -1, history } };
}

function asIfCountedHere(change: Change, { region }: SeamPlace): Change {
  return change.kind === 'increment' ? { ...change, before: { ...change.before, region } } : change;
}
