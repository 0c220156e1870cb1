import { describe, expect, it } from 'vitest';
import { ask, central, east, type HandStep, partition, play, put, remove, west } from './play.ts';

const three = { regions: [west, central, east] };

describe('conflict log', () => {
  it('has a lost write once when one of three regions was partitioned all the while', async () => {
    const { conflicts, violations, history } = await play(
      [
        put(0, 'ada', west, 'base'),
        ...partition(east, [west, central], [500, 4_000]),
        put(1_000, 'ada', west, 'of ada'),
        put(1_020, 'bob', central, 'of bob'),
      ],
      three,
    );
    expect(conflicts).toStrictEqual(['of ada lost to of bob']);
    expect(history.replicas.map((replica) => replica.conflicts.length)).toStrictEqual([1, 1, 1]);
    expect(violations).toStrictEqual([]);
  });

  it('has each of two lost writes once when the third region wrote behind its partition', async () => {
    const { conflicts, violations } = await play(
      [
        put(0, 'ada', west, 'base'),
        ...partition(east, [west, central], [500, 4_000]),
        put(1_000, 'ada', west, 'of ada'),
        put(1_020, 'bob', central, 'of bob'),
        put(3_000, 'eve', east, 'of eve'),
      ],
      three,
    );
    expect(conflicts).toStrictEqual(['of ada lost to of bob', 'of bob lost to of eve']);
    expect(violations).toStrictEqual([]);
  });

  it('has the end of a lost chain, not what a bystander held of it', async () => {
    const { conflicts, violations } = await play(
      [
        put(0, 'ada', west, 'first'),
        { kind: 'cut', from: west, to: east, atMs: 300 },
        { kind: 'cut', from: west, to: central, atMs: 300 },
        put(400, 'ada', west, 'second'),
        put(1_000, 'bob', central, 'of bob'),
      ],
      three,
    );
    expect(conflicts).toStrictEqual(['second lost to of bob']);
    expect(violations).toStrictEqual([]);
  });

  it('stays empty when coalesced images arrive in place of every one', async () => {
    const edits = [1_000, 1_100, 1_200, 1_300, 1_400].map((atMs) => put(atMs, 'bob', central, `at ${atMs}`));
    const { conflicts, violations, history } = await play([put(0, 'ada', west, 'base'), ...edits], {
      coalesced: 1,
      delayMs: { min: 800, max: 800 },
    });
    const seenInWest = history.changes.filter(
      ({ region, before }) => region === west && before !== undefined,
    );
    expect(seenInWest.length).toBeLessThan(edits.length);
    expect(conflicts).toStrictEqual([]);
    expect(violations).toStrictEqual([]);
  });

  it('has one entry when replication and the stream deliver everything again', async () => {
    const rewinds = [west, central].flatMap((region): HandStep[] =>
      [1_500, 2_500].map((atMs) => ({ kind: 'rewind', region, atMs, records: 50, forMs: 100 })),
    );
    const { conflicts, violations } = await play(
      [
        put(0, 'ada', west, 'base'),
        put(1_000, 'ada', west, 'of ada'),
        put(1_020, 'bob', central, 'of bob'),
        ...rewinds,
      ],
      { duplicated: 1 },
    );
    expect(conflicts).toStrictEqual(['of ada lost to of bob']);
    expect(violations).toStrictEqual([]);
  });

  it('has the update when a deletion wins over it, and the deletion when an update wins', async () => {
    const lostUpdate = await play([
      put(0, 'ada', west, 'base'),
      put(1_000, 'ada', west, 'of ada'),
      remove(1_020, 'bob', central),
    ]);
    expect(lostUpdate.conflicts).toStrictEqual(['of ada lost to a deletion']);
    expect(lostUpdate.violations).toStrictEqual([]);
    const lostDeletion = await play([
      put(0, 'ada', west, 'base'),
      remove(1_000, 'ada', west),
      put(1_020, 'bob', central, 'of bob'),
    ]);
    expect(lostDeletion.conflicts).toStrictEqual(['a deletion lost to of bob']);
    expect(lostDeletion.violations).toStrictEqual([]);
  });

  it('has no entry for a write over a tombstone that was known, and one for a write that a tombstone beats', async () => {
    const { conflicts, violations } = await play(
      [
        put(0, 'ada', west, 'base'),
        ...partition(east, [west, central], [500, 5_000]),
        put(700, 'eve', east, 'of eve'),
        remove(1_000, 'ada', west),
        put(2_000, 'bob', central, 'anew'),
      ],
      three,
    );
    expect(conflicts).toStrictEqual(['of eve lost to a deletion']);
    expect(violations).toStrictEqual([]);
  });

  it('has a write whose region had forgotten its former counts, after expiry and a new beginning', async () => {
    const { conflicts, violations, history } = await play([
      put(0, 'ada', west, 'first life', 2),
      ...partition(west, [central], [500, 9_000]),
      put(1_000, 'bob', central, 'kept alive'),
      { kind: 'sweep', region: west, atMs: 4_000 },
      put(5_000, 'ada', west, 'second life'),
      put(6_000, 'bob', central, 'edited'),
    ]);
    expect(conflicts).toStrictEqual(['second life lost to edited']);
    const counts = history.images.filter(({ region }) => region === west).map(({ version }) => version[west]);
    expect(new Set(counts).size).toBe(2);
    expect(violations).toStrictEqual([]);
  });

  it('has a live write that another region has removed as expired, and no write that had expired', async () => {
    const prolonged = [
      put(0, 'ada', west, 'base', 3),
      ...partition(west, [central], [500, 6_000]),
      put(1_000, 'ada', west, 'prolonged'),
    ];
    const removed = await play([...prolonged, { kind: 'sweep', region: central, atMs: 4_000 }]);
    expect(removed.conflicts).toStrictEqual(['prolonged lost to a removal']);
    expect(removed.violations).toStrictEqual([]);
    const expired = await play([
      ...partition(west, [central], [0, 6_000]),
      put(100, 'ada', west, 'short', 2),
      put(4_000, 'bob', central, 'of bob'),
    ]);
    expect(expired.conflicts).toStrictEqual([]);
    expect(expired.violations).toStrictEqual([]);
  });

  it('has what a clock that is ahead makes lose, although it was written later', async () => {
    const { conflicts, violations } = await play([
      put(0, 'ada', west, 'base'),
      { kind: 'clock', part: 'replica', region: west, offsetMs: 5_000, atMs: 500 },
      ...partition(west, [central], [600, 3_000]),
      put(1_000, 'ada', west, 'earlier'),
      put(2_000, 'bob', central, 'later'),
    ]);
    expect(conflicts).toStrictEqual(['later lost to earlier']);
    expect(violations).toStrictEqual([]);
  });
});

describe('idempotency key', () => {
  const post = (atMs: number, session: string, region: string) =>
    ask(atMs, session, region, { kind: 'post', data: 'once', ttlSeconds: 3_600, key: 'k' });

  const answers = ({ history }: Awaited<ReturnType<typeof play>>) =>
    history.operations.flatMap(({ outcome }) =>
      outcome.status === 'written' ? [{ item: outcome.item, version: outcome.version }] : [],
    );

  it('makes one item without a conflict when two regions take it at once', async () => {
    const played = await play([post(100, 'ada', west), post(100, 'bob', central)]);
    const [first, second] = answers(played);
    expect(first).toBeDefined();
    expect(second).toStrictEqual(first);
    expect(played.history.replicas.map(({ items }) => [...items.keys()])).toStrictEqual([
      [first?.item],
      [first?.item],
    ]);
    expect(played.conflicts).toStrictEqual([]);
    expect(played.violations).toStrictEqual([]);
  });

  it('gives the same answer when it is tried again behind a partition, and after it', async () => {
    const played = await play([
      ...partition(west, [central], [0, 3_000]),
      post(100, 'ada', west),
      post(2_000, 'ada', central),
      post(4_000, 'ada', west),
    ]);
    expect(answers(played)).toHaveLength(3);
    expect(new Set(answers(played).map(({ item, version }) => `${item} ${version}`)).size).toBe(1);
    expect(played.conflicts).toStrictEqual([]);
    expect(played.violations).toStrictEqual([]);
  });

  it('counts an increment once when three regions take it behind partitions', async () => {
    const increment = (region: string) =>
      ask(1_000, region, region, { kind: 'increment', counter: 'c', by: 5, key: 'k' });
    const { history, violations } = await play(
      [
        ...partition(west, [central, east], [0, 3_000]),
        ...partition(central, [east], [0, 4_000]),
        ...[west, central, east].map(increment),
      ],
      three,
    );
    expect(history.replicas.map(({ counters }) => counters.get('c'))).toStrictEqual([5, 5, 5]);
    expect(violations).toStrictEqual([]);
  });
});
