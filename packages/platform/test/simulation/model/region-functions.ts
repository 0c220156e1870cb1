import { createCommitter } from '../../../src/domain/commit-image.ts';
import { type Counter, createCounter } from '../../../src/domain/counter.ts';
import type { ItemImage } from '../../../src/domain/item-image.ts';
import { createItemReader, type ItemReader } from '../../../src/domain/item-reader.ts';
import {
  createItemRemover,
  createItemReplacer,
  createItemWriter,
  type ItemRemover,
  type ItemReplacer,
  type ItemWriter,
} from '../../../src/domain/item-writer.ts';
import type { WriteId } from '../history.ts';
import { diceOf } from './dice.ts';
import type { Invocation } from './invocation.ts';
import { modelConflictLog } from './model-conflict-log.ts';
import { modelCounterStore } from './model-counter-store.ts';
import { modelItemStore } from './model-item-store.ts';
import type { Seams } from './seams.ts';
import { sha256 } from './sha256.ts';
import type { World } from './world.ts';

/** Longest that a read may wait for what its session has seen. */
export const sessionWaitMs = 1_000;

/** Longer than any run: keys of increments and sightings do not end within one. */
export const longSeconds = 24 * 3600;

/** The platform's operations, as one invocation of a region's function has them. */
export interface RegionFunctions {
  readonly writeItem: ItemWriter;
  readonly replaceItem: ItemReplacer;
  readonly removeItem: ItemRemover;
  readonly readItem: ItemReader;
  readonly counter: Counter;
}

/** What one invocation is bound to. */
export interface RegionFunctionsOptions {
  readonly world: World;
  readonly seams: Seams;
  readonly region: string;
  readonly invocation: Invocation;
  /** Names the invocation; its random numbers follow from it. */
  readonly name: string;
  readonly writeOf: (image: ItemImage) => WriteId;
}

/** Wires the domain to a simulated region, as the function's handler does in the cloud. */
export function regionFunctions(options: RegionFunctionsOptions): RegionFunctions {
  const { world, seams, region, invocation, name, writeOf } = options;
  const { regions, seed } = world.scenario;
  const dice = diceOf(seed, name);
  const place = { region, regions, random: dice.below };
  const clock = world.functionClock(region);
  const sound = {
    items: modelItemStore({ world, region, invocation, writeOf }),
    counters: modelCounterStore({ world, region, invocation }),
    conflicts: modelConflictLog({ world, region, invocation }),
  };
  const store = seams.itemStore?.(sound.items, place) ?? sound.items;
  const digest = seams.sha256?.(sha256, place) ?? sha256;
  const random = seams.random?.(dice.below) ?? dice.below;
  const commit = createCommitter({ store, clock, random, region, regions });
  const writing = { store, commit, clock, sha256: digest, defaultTtlSeconds: 3600, tombstoneTtlSeconds: 60 };
  return {
    writeItem: createItemWriter({ ...writing, newId: () => `made-by-${name}` }),
    replaceItem: createItemReplacer(writing),
    removeItem: createItemRemover(writing),
    readItem: createItemReader({
      store,
      conflicts: seams.conflictLog?.(sound.conflicts, place) ?? sound.conflicts,
      clock,
      sha256,
      region,
      sessionWaitMs: seams.sessionWaitMs ?? sessionWaitMs,
    }),
    counter: createCounter({
      store: seams.counterStore?.(sound.counters, place) ?? sound.counters,
      clock,
      sha256,
      region,
      idempotencyTtlSeconds: longSeconds,
      supportsKeys: true,
    }),
  };
}
