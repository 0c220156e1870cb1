import { limits } from '../../../src/contract/limits.ts';
import type { CounterStore, IncrementOutcome, KeyedIncrementOutcome } from '../../../src/domain/counter.ts';
import type { Invocation } from './invocation.ts';
import { keys } from './keys.ts';
import type { World } from './world.ts';

/** What a store of counters is bound to. */
export interface CounterStoreOptions {
  readonly world: World;
  readonly region: string;
  readonly invocation: Invocation;
}

/** Makes the counter store of one invocation. Every change is a transaction with a token: repeating it does nothing. */
export function modelCounterStore({ world, region, invocation }: CounterStoreOptions): CounterStore {
  const replica = world.replica(region);
  const addHere = (id: string, by: number): IncrementOutcome => {
    const value = partOf(world, region, keys.part(id, region)) + by;
    if (Math.abs(value) > limits.counterShardMax) return 'out-of-range';
    replica.put(keys.part(id, region), { kind: 'part', value });
    return 'counted';
  };
  return {
    add: (id, by) => invocation.call(once(() => addHere(id, by))),
    addOnce: (record) =>
      invocation.call(
        once((): KeyedIncrementOutcome => {
          const key = keys.increment(record.id, record.key);
          const held = replica.get(key);
          if (held?.kind === 'increment' && held.record.until > Math.floor(record.atMs / 1000))
            return { found: held.record };
          const outcome = addHere(record.id, record.by);
          if (outcome === 'counted') replica.put(key, { kind: 'increment', record });
          return outcome;
        }),
      ),
    takeBack: (record) =>
      invocation.call(() => {
        const key = keys.takenBack(record);
        if (replica.get(key) !== undefined) return false;
        replica.put(key, { kind: 'taken-back' });
        addHere(record.id, -record.by);
        return true;
      }),
    read: (id) =>
      invocation.call(() =>
        world.scenario.regions.reduce((sum, each) => sum + partOf(world, region, keys.part(id, each)), 0),
      ),
  };
}

function partOf(world: World, region: string, key: string): number {
  const entry = world.replica(region).get(key);
  return entry?.kind === 'part' ? entry.value : 0;
}

function once<T>(effect: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: effect() };
    return done.result;
  };
}
