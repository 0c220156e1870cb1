import type { VersionVector } from '../../src/domain/version-vector.ts';
import type { Request } from './scenario.ts';

/**
 * Names a logical write: one operation, or all operations with the same idempotency key and request on the same
 * item, in whatever region and however often.
 */
export type WriteId = string;

/** An image that a region has accepted from a writer of its own. */
export interface ImageRecord {
  /** Place in `History.images`. */
  readonly id: number;
  readonly write: WriteId;
  /** Partition and sort key. */
  readonly item: string;
  /** The image that the region held then, whatever the new image says of its origin. */
  readonly parent?: number;
  /** The lost image that was merged with it. */
  readonly otherParent?: number;
  readonly region: string;
  readonly version: VersionVector;
  readonly dot: number;
  /** Infinity for what lives for ever. */
  readonly ttl: number;
  readonly updatedAtMs: number;
  readonly isDeletion: boolean;
}

/** A change of one item in one region's replica. */
export interface ChangeRecord {
  readonly region: string;
  readonly item: string;
  readonly before?: number;
  readonly after?: number;
  /** By the replica's clock. */
  readonly atMs: number;
  /** By the time that nobody's clock tells. */
  readonly trueMs: number;
}

/** An entry of the conflict log. */
export interface ConflictRecord {
  /** Name of the entry in the table. */
  readonly key: string;
  readonly item: string;
  readonly loser: number;
  /** Absent when the item was removed. */
  readonly winner?: number;
  readonly detectedAtMs: number;
  readonly detectedIn: string;
}

/** What a write was told. */
export interface WriteAnswer {
  readonly status: 'written';
  readonly write: WriteId;
  readonly item: string;
  readonly version: string;
  readonly data: string;
  readonly ttl: number;
  readonly isDeletion: boolean;
  readonly isReplay: boolean;
  /** Whether the region held something of another origin. */
  readonly isLost: boolean;
  /** What the region held when it answered: the write's image, or what was made of it since. */
  readonly held: number;
}

/** What a read was told. */
export interface ReadAnswer {
  readonly status: 'read';
  readonly item: string;
  /** What the region held. */
  readonly image?: number;
  /** The lost image that the answer names. */
  readonly superseded?: number;
}

/** How an operation ended for its client; `unknown`: it never heard. */
export type Outcome =
  | WriteAnswer
  | ReadAnswer
  | { readonly status: 'counted'; readonly value: number }
  | {
      readonly status: 'failed';
      readonly code: string;
      /** What the region held of the item when it was asked last. */
      readonly held?: number;
    }
  | { readonly status: 'unknown' };

/** One operation, as its client saw it. */
export interface OperationRecord {
  readonly id: number;
  readonly session: string;
  readonly region: string;
  readonly request: Request;
  /** The item that was asked for; absent when only the answer would have told. */
  readonly item?: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** The same by the clock of the function that served it. */
  readonly serverStartedMs: number;
  readonly serverEndedMs: number;
  /** Whether it was asked after everything had healed and come to rest. */
  readonly isFinal: boolean;
  readonly outcome: Outcome;
}

/** What a region holds at the end. */
export interface ReplicaRecord {
  readonly region: string;
  /** Everything, as text, by key. */
  readonly contents: ReadonlyMap<string, string>;
  readonly items: ReadonlyMap<string, number>;
  readonly conflicts: readonly ConflictRecord[];
  /** Lost images whose entries only sessions ask for. */
  readonly quietLosers: readonly number[];
  readonly counters: ReadonlyMap<string, number>;
}

/** What happened in a run: all that checkers look at. */
export interface History {
  readonly regions: readonly string[];
  /** How long an idempotency key is good for, in seconds. */
  readonly windowSeconds: number;
  /** In the order in which they were accepted. */
  readonly images: readonly ImageRecord[];
  /** In the order in which they were made. */
  readonly changes: readonly ChangeRecord[];
  /** In the order in which they ended. */
  readonly operations: readonly OperationRecord[];
  readonly replicas: readonly ReplicaRecord[];
  /** What was thrown that the contract has no problem for. */
  readonly errors: readonly string[];
}

/** A promise that a history breaks. */
export interface Violation {
  readonly checker:
    | 'convergence'
    | 'loss'
    | 'conflicts'
    | 'idempotency'
    | 'session'
    | 'refusals'
    | 'counters'
    | 'counts'
    | 'errors';
  readonly message: string;
}
