import { describe, expect, it } from 'vitest';
import type { OperationRecord } from './history.ts';
import { ask, central, east, type Played, partition, play, put, read, remove, west } from './play.ts';

/** Reads of a session, after everything had healed too: the write that was read, and the lost one that was named. */
function readsOf({ history }: Played, session: string): string[] {
  const nameOf = (image: number | undefined) =>
    image === undefined ? 'nothing' : history.images[image]?.write;
  const text = ({ outcome }: OperationRecord) => {
    if (outcome.status !== 'read') return outcome.status === 'failed' ? outcome.code : outcome.status;
    const { image, superseded } = outcome;
    return superseded === undefined
      ? `${nameOf(image)}`
      : `${nameOf(image)} instead of ${nameOf(superseded)}`;
  };
  return history.operations
    .filter(({ request, session: name }) => request.kind === 'get' && name === session)
    .map(text);
}

describe('session', () => {
  it('is told at once that the region is behind, and finds its own write once it has arrived', async () => {
    const played = await play(
      [put(0, 'ada', west, 'of ada'), read(10, 'ada', central), read(700, 'ada', central)],
      { delayMs: { min: 500, max: 500 } },
    );
    expect(readsOf(played, 'ada').slice(0, 2)).toStrictEqual(['replica-behind', 'operation 0']);
    expect(played.violations).toStrictEqual([]);
  });

  it('is told that the region is behind while the link is cut, and reads when it has healed', async () => {
    const played = await play([
      ...partition(west, [central], [0, 5_000]),
      put(100, 'ada', west, 'of ada'),
      read(200, 'ada', central),
      read(6_000, 'ada', central),
    ]);
    expect(readsOf(played, 'ada').slice(0, 2)).toStrictEqual(['replica-behind', 'operation 4']);
    expect(played.violations).toStrictEqual([]);
  });

  it('is told of its own write that lost, in every region', async () => {
    const played = await play([
      put(0, 'ada', west, 'of ada'),
      put(20, 'bob', central, 'of bob'),
      read(2_000, 'ada', central),
    ]);
    expect(readsOf(played, 'ada')[0]).toBe('operation 1 instead of operation 0');
    expect(played.violations).toStrictEqual([]);
  });

  it('is told of a later write that took its own along when it lost', async () => {
    const played = await play([
      ...partition(west, [central], [0, 2_000]),
      put(100, 'ada', west, 'of ada'),
      put(300, 'bob', west, 'on top of it'),
      put(1_000, 'eve', central, 'of eve'),
      read(4_000, 'ada', west),
    ]);
    expect(readsOf(played, 'ada')[0]).toBe('operation 6 instead of operation 5');
    expect(played.violations).toStrictEqual([]);
  });

  it('does not wait for ever for its deletion when another deletion took its place', async () => {
    const played = await play([
      put(0, 'bob', west, 'base'),
      ...partition(west, [central], [500, 2_000]),
      remove(1_000, 'ada', west),
      remove(1_100, 'bob', central),
      read(4_000, 'ada', central),
    ]);
    expect(readsOf(played, 'ada')).not.toContain('replica-behind');
    expect(played.violations).toStrictEqual([]);
  });

  it('is told of its write that another region removed as expired, where it was made too', async () => {
    const played = await play([
      put(0, 'bob', west, 'base', 3),
      ...partition(west, [central], [500, 6_000]),
      put(1_000, 'ada', west, 'prolonged'),
      { kind: 'sweep', region: central, atMs: 4_000 },
      read(8_000, 'ada', west),
    ]);
    expect(readsOf(played, 'ada')[0]).toBe('nothing instead of operation 5');
    expect(played.violations).toStrictEqual([]);
  });

  it('does not wait for ever for its deletion when another region removed the item as expired', async () => {
    const played = await play([
      put(0, 'bob', west, 'base', 3),
      ...partition(west, [central], [500, 6_000]),
      remove(1_000, 'ada', west),
      { kind: 'sweep', region: central, atMs: 4_000 },
      read(8_000, 'ada', central),
    ]);
    expect(readsOf(played, 'ada')).not.toContain('replica-behind');
    expect(played.violations).toStrictEqual([]);
  });

  it('is not given what its lost write was made from, where the entry came before the winner', async () => {
    // Entry and item are keys of their own: which of them comes first depends on the seed.
    for (let seed = 1; seed <= 40; seed++) {
      const { violations } = await play(
        [
          put(0, 'ada', west, 'base'),
          put(2_000, 'ada', west, 'seen'),
          put(2_100, 'ada', west, 'lost'),
          put(2_110, 'bob', central, 'winner'),
          ...[2_500, 3_000, 3_500].map((atMs) => read(atMs, 'ada', east)),
        ],
        { seed, regions: [west, central, east], delayMs: { min: 5, max: 1_500 } },
      );
      expect(violations, `seed ${seed}`).toStrictEqual([]);
    }
  });

  it('is not told that its item is gone or changed by a region that has not heard of it', async () => {
    const outcomesOf = ({ history }: Played, kind: string) =>
      history.operations.flatMap(({ request, outcome }) =>
        request.kind === kind ? [outcome.status === 'failed' ? outcome.code : outcome.status] : [],
      );
    const cut = partition(west, [central], [100, 5_000]);
    const gone = await play([...cut, put(200, 'ada', west, 'of ada'), remove(400, 'ada', central)]);
    expect(outcomesOf(gone, 'delete')).toStrictEqual(['replica-behind']);
    const changed = await play([
      put(0, 'bob', west, 'base'),
      ...cut,
      put(200, 'ada', west, 'of ada'),
      ask(400, 'ada', central, { kind: 'put', item: { sk: 'a' }, data: 'next', ifMatch: true }),
      ask(7_000, 'ada', central, { kind: 'put', item: { sk: 'a' }, data: 'again', ifMatch: true }),
    ]);
    expect(outcomesOf(changed, 'put').slice(2)).toStrictEqual(['replica-behind', 'written']);
    for (const { violations } of [gone, changed]) expect(violations).toStrictEqual([]);
  });

  it('is told that its write is missing after more writes than a history holds, and before the log has it', async () => {
    const edits = Array.from({ length: 40 }, (_, index) => put(index * 100, 'bob', west, `edit ${index}`));
    for (let seed = 1; seed <= 10; seed++) {
      const played = await play(
        [
          ...edits,
          put(5_000, 'ada', west, 'lost'),
          put(5_030, 'eve', central, 'winner'),
          put(5_120, 'bob', west, 'on top of the winner'),
          read(5_145, 'ada', west),
        ],
        { seed },
      );
      expect(played.violations, `seed ${seed}`).toStrictEqual([]);
    }
  });
});
