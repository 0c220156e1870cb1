import { createSessionCheck } from '../../../src/domain/check-session.ts';
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

/** Longer than any run: records of increments and sightings do not end within one. */
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
  /** Told of what the region holds of an item, whenever the invocation is. */
  readonly onHeld: (image: ItemImage | undefined) => void;
}

/** Wires the domain to a simulated region, as the function's handler does in the cloud. */
export function regionFunctions(options: RegionFunctionsOptions): RegionFunctions {
  const { world, seams, region, invocation, name, writeOf, onHeld } = options;
  const { regions, seed, windowSeconds: idempotencyTtlSeconds } = world.scenario;
  const dice = diceOf(seed, name);
  const place = { region, regions, random: dice.below };
  const clock = world.functionClock(region);
  const sound = {
    items: modelItemStore({ world, region, invocation, writeOf, onHeld }),
    counters: modelCounterStore({ world, region, invocation }),
    conflicts: modelConflictLog({ world, region, invocation }),
  };
  const store = seams.itemStore?.(sound.items, place) ?? sound.items;
  const digest = seams.sha256?.(sha256, place) ?? sha256;
  const random = seams.random?.(dice.below) ?? dice.below;
  const conflicts = seams.conflictLog?.(sound.conflicts, place) ?? sound.conflicts;
  const checkSession = createSessionCheck({ conflicts, clock, region });
  const sessions = { conflicts, checkSession, sha256: digest };
  const commit = createCommitter({ store, ...sessions, clock, random, region, regions });
  const life = { defaultTtlSeconds: 3600, tombstoneTtlSeconds: 3600, idempotencyTtlSeconds };
  const writing = { store, commit, clock, sha256: digest, ...life };
  return {
    writeItem: createItemWriter({ ...writing, newId: () => `made-by-${name}` }),
    replaceItem: createItemReplacer({ ...writing, bodyLimitBytes: 4_096 }),
    removeItem: createItemRemover(writing),
    readItem: createItemReader({ store, checkSession, sha256 }),
    counter: createCounter({
      store: seams.counterStore?.(sound.counters, place) ?? sound.counters,
      clock,
      sha256,
      region,
      idempotencyTtlSeconds,
      tombstoneTtlSeconds: longSeconds,
      supportsKeys: true,
    }),
  };
}
