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
  readonly region: string;
  readonly version: VersionVector;
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
  | { readonly status: 'failed'; readonly code: string }
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
  readonly counters: ReadonlyMap<string, number>;
}

/** What happened in a run: all that checkers look at. */
export interface History {
  readonly regions: readonly string[];
  /** Longest that a read may wait for what its session has seen. */
  readonly sessionWaitMs: number;
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
    | 'counters'
    | 'counts'
    | 'errors';
  readonly message: string;
}
