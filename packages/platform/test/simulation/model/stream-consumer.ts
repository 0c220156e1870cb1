import type { JsonValue } from '../../../src/contract/json-value.ts';
import { type Change, createChangeConsumer } from '../../../src/domain/change-consumer.ts';
import { type ConflictMerger, createConflictMerger } from '../../../src/domain/conflict-merger.ts';
import { type Dice, diceOf } from './dice.ts';
import { beginInvocation, type Invocation } from './invocation.ts';
import { modelConflictLog } from './model-conflict-log.ts';
import { modelCounterStore } from './model-counter-store.ts';
import { modelItemStore } from './model-item-store.ts';
import type { StreamRecord } from './replica.ts';
import type { SeamPlace, Seams } from './seams.ts';
import { sha256 } from './sha256.ts';
import type { World } from './world.ts';

/** How long entries of the conflict log are kept: longer than any run. */
const conflictTtlSeconds = 30 * 24 * 3600;

/** Bounds of how far behind the stream is read. */
const lagMs = { min: 20, max: 300 } as const;

const batchMax = 5;

/** How often a batch fails at one of its calls, and is read again from its start. */
const failing = 0.05;

/** What reads the stream of one region. */
export interface StreamConsumer {
  /** Forgets up to `records` of what was read, and reads on after `forMs`. */
  rewind(records: number, forMs: number): void;
}

/** Starts reading a region's stream: at least once, in order, in batches, with calls that fail now and then. */
export function startStreamConsumer(world: World, seams: Seams, place: SeamPlace): StreamConsumer {
  const { region } = place;
  const { stream } = world.replica(region);
  const dice = diceOf(world.scenario.seed, `consumer ${region}`);
  let position = 0;
  let isBusy = false;
  let isPausedUntilMs = 0;

  const readBatch = () => {
    const from = position;
    const batch = stream.slice(from, from + batchMax);
    const done = (isDone: boolean) => {
      isBusy = false;
      // While the batch was under way the position may have been set back.
      if (isDone && position === from) position = from + batch.length;
      wake();
    };
    consumeBatch(batch, { world, seams, place, dice }).then(
      () => done(true),
      () => done(false),
    );
    world.time.settled();
  };

  const wake = () => {
    if (isBusy || position >= stream.length) return;
    isBusy = true;
    const delayMs = Math.max(dice.between(lagMs.min, lagMs.max), isPausedUntilMs - world.time.nowMs);
    world.time.after(delayMs, readBatch);
  };

  const rewind = (records: number, forMs: number) => {
    position = Math.max(0, position - records);
    isPausedUntilMs = world.time.nowMs + forMs;
    wake();
  };
  world.onStreamGrowth(region, wake);
  return { rewind };
}

interface BatchContext {
  readonly world: World;
  readonly seams: Seams;
  readonly place: SeamPlace;
  readonly dice: Dice;
}

async function consumeBatch(batch: readonly StreamRecord[], context: BatchContext): Promise<void> {
  const { world, seams, place, dice } = context;
  const fault = dice.chance(failing)
    ? { call: dice.between(0, 2), kind: dice.pick(['refused', 'lost-answer', 'repeated'] as const) }
    : undefined;
  const invocation = beginInvocation({ time: world.time, dice, fault, onCrash: () => undefined });
  for (const record of batch) {
    const passes = isForConsumer(record, place);
    const told = changeOf(record);
    if (told === undefined || !(seams.isFiltered?.(passes, record, place) ?? passes)) continue;
    const change = seams.change === undefined ? told : seams.change(told, place);
    if (change === undefined) continue;
    const options = { world, region: place.region, invocation };
    const log = modelConflictLog({ ...options, about: imagesOf(record) });
    const counters = modelCounterStore(options);
    const consume = createChangeConsumer({
      conflicts: seams.conflictLog?.(log, place) ?? log,
      counters: seams.counterStore?.(counters, place) ?? counters,
      sha256,
      region: place.region,
      regions: seams.consumerRegions?.(place) ?? place.regions,
      conflictTtlSeconds,
      ...(world.scenario.merges ? { merge: merging(record, context, invocation) } : {}),
    });
    await consume(change);
  }
}

/** Merges a lost write as the platform does, contents as sets of what was written. */
function merging(
  record: StreamRecord,
  { world, seams, place, dice }: BatchContext,
  invocation: Invocation,
): ConflictMerger {
  const { region, regions } = place;
  const otherParent = imagesOf(record).loser;
  const writeOf = ({ dot }: { readonly dot: number }) => `merge ${dot}`;
  const items = modelItemStore({ world, region, invocation, writeOf, otherParent });
  return createConflictMerger({
    store: seams.itemStore?.(items, place) ?? items,
    mergeOf: () => (mine, theirs) => [...new Set([...partsOf(mine), ...partsOf(theirs)])].sort().join('|'),
    clock: world.functionClock(region),
    random: dice.below,
    region,
    regions,
  });
}

const partsOf = (data: JsonValue | undefined) => (typeof data === 'string' ? data.split('|') : []);

/** The filter of the event source: an own image that another region's has replaced, or that another has removed. */
function isForConsumer({ before, after, isExpiry }: StreamRecord, { region, regions }: SeamPlace): boolean {
  const old = writerOf(before);
  if (old === undefined || (old !== region && regions.includes(old))) return false;
  return after === undefined ? !isExpiry : writerOf(after) !== region;
}

function writerOf(entry: StreamRecord['before']): string | undefined {
  if (entry?.kind === 'item') return entry.image.region;
  return entry?.kind === 'increment' ? entry.record.region : undefined;
}

function changeOf({ before, after, atMs }: StreamRecord): Change | undefined {
  if (before?.kind === 'item' && (after === undefined || after.kind === 'item')) {
    const { image } = before;
    // The stream tells whole seconds.
    const seenMs = Math.floor(atMs / 1000) * 1000;
    return {
      kind: 'item',
      before: image,
      atMs: seenMs,
      ...(after === undefined ? {} : { after: after.image }),
    };
  }
  if (before?.kind === 'increment' && (after === undefined || after.kind === 'increment')) {
    const { record } = before;
    return { kind: 'increment', before: record, ...(after === undefined ? {} : { after: after.record }) };
  }
  return undefined;
}

function imagesOf({ before, after }: StreamRecord): { loser: number; winner: number | undefined } {
  return {
    loser: before?.kind === 'item' ? before.id : -1,
    winner: after?.kind === 'item' ? after.id : undefined,
  };
}
