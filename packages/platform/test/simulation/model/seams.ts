import type { Session } from '../../../src/contract/session-token.ts';
import type { Change } from '../../../src/domain/change-consumer.ts';
import type { RandomInteger } from '../../../src/domain/clock.ts';
import type { ConflictLog } from '../../../src/domain/conflict-log.ts';
import type { CounterStore } from '../../../src/domain/counter.ts';
import type { Sha256 } from '../../../src/domain/digest.ts';
import type { ItemStore } from '../../../src/domain/item-store.ts';
import type { StreamRecord } from './replica.ts';

/** Where a wrapper stands. */
export interface SeamPlace {
  readonly region: string;
  readonly regions: readonly string[];
  /** Throws of its own, which follow from the run's seed. */
  readonly random: RandomInteger;
}

/**
 * Places at which a run can be given a broken part instead of the sound one, to see that checkers notice. Each takes
 * the sound part and gives what is used in its stead.
 */
export interface Seams {
  readonly itemStore?: (store: ItemStore, place: SeamPlace) => ItemStore;
  readonly counterStore?: (store: CounterStore, place: SeamPlace) => CounterStore;
  readonly conflictLog?: (log: ConflictLog, place: SeamPlace) => ConflictLog;
  readonly random?: (random: RandomInteger) => RandomInteger;
  readonly sha256?: (sha256: Sha256, place: SeamPlace) => Sha256;
  /** What a session is taken for, by a read or by a write. */
  readonly session?: (session: Session, by: 'read' | 'write') => Session;
  /** Which records the consumer is given. */
  readonly isFiltered?: (isFiltered: boolean, record: StreamRecord, place: SeamPlace) => boolean;
  /** What the consumer takes the change for; undefined to ignore it. */
  readonly change?: (change: Change, place: SeamPlace) => Change | undefined;
  /** Regions that the consumer believes in. */
  readonly consumerRegions?: (place: SeamPlace) => readonly string[];
  /** Whether a replicated version takes the place of the one held. */
  readonly isNewer?: (incoming: string, held: string) => boolean;
}
