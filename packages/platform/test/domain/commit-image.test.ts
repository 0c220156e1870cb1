import { describe, expect, it } from 'vitest';
import { createCommitter } from '../../src/domain/commit-image.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { compareVersions } from '../../src/domain/version-vector.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';
import { childOf, randomOf, regions, regionUnderTest } from './write-under-test.ts';

const key = { pk: 'p', sk: 's' };
const anything = () => undefined;

/** A store in which another writer of the region comes first, so many times. */
function contended(times: number) {
  const store = memoryItemStore();
  const clock = manualClock();
  let left = times;
  const overtaken: ItemStore = {
    ...store,
    replace: async (image, before) => {
      if (left-- > 0) {
        const held = await store.get(key);
        await store.replace(childOf(held, { seed: 100 + left }), held);
      }
      const outcome = await store.replace(image, before);
      setTimeout(() => clock.advance(10_000), 0);
      return outcome;
    },
  };
  const region = 'eu-west-1';
  return {
    store,
    commit: createCommitter({ store: overtaken, clock, random: randomOf(1), region, regions }),
  };
}

describe('createCommitter()', () => {
  it('writes on top of what the region holds by then when others were faster', async () => {
    const { store, commit } = contended(3);
    const write = { key, content: { data: 'x' }, ttlSeconds: 60 };
    const { image, held, isReplay } = await commit({ write, before: undefined, require: anything });
    expect(image.history).toHaveLength(3);
    expect(held).toStrictEqual(image);
    expect(isReplay).toBe(false);
    expect(await store.get(key)).toStrictEqual(image);
  });

  it('gives up with item-contended after eight attempts, leaving what the others wrote', async () => {
    const { store, commit } = contended(8);
    const write = { key, content: { data: 'x' }, ttlSeconds: 60 };
    await expect(commit({ write, before: undefined, require: anything })).rejects.toMatchObject({
      code: 'item-contended',
    });
    expect((await store.get(key))?.history).toHaveLength(7);
  });

  it('asks for each attempt whether it may write over what is there', async () => {
    const { commit } = contended(1);
    const asked: (ItemImage | undefined)[] = [];
    const write = { key, content: {}, ttlSeconds: 60 };
    const require = (held: ItemImage | undefined) => {
      asked.push(held);
      if (held !== undefined) throw new Error('taken');
    };
    await expect(commit({ write, before: undefined, require })).rejects.toThrow('taken');
    expect(asked.map((held) => held?.region)).toStrictEqual([undefined, 'eu-west-1']);
  });

  it('gives the answer of a keyed write again, also after it was overwritten, and what is there now', async () => {
    const { commit, clock } = regionUnderTest();
    const keyed = { key: 'k', request: 'r', dot: 42 };
    const write = { key, content: { data: 'once' }, ttlSeconds: 60, keyed };
    const first = await commit({ write, before: undefined, require: anything });
    clock.advance(1_000);
    const over = { key, content: { data: 'over' }, ttlSeconds: 60 };
    const second = await commit({ write: over, before: first.image, require: anything });
    clock.advance(1_000);
    const again = await commit({ write, before: undefined, require: anything });
    expect(again.isReplay).toBe(true);
    expect(again.held).toStrictEqual(second.image);
    for (const name of ['dot', 'version', 'createdAt', 'updatedAt', 'ttl', 'data'] as const)
      expect(again.image[name]).toStrictEqual(first.image[name]);
    expect(compareVersions(second.image.version, first.image.version)).toBe('after');
  });

  it('makes a keyed write anew when what it wrote has expired', async () => {
    const { commit, clock } = regionUnderTest();
    const keyed = { key: 'k', request: 'r', dot: 42 };
    const write = { key, content: { data: 'once' }, ttlSeconds: 60, keyed };
    const first = await commit({ write, before: undefined, require: anything });
    clock.advance(60_000);
    const again = await commit({ write, before: undefined, require: anything });
    expect(again.isReplay).toBe(false);
    expect(compareVersions(again.image.version, first.image.version)).toBe('after');
  });
});
