import type { RunningAttempt } from './attempt.ts';
import type { CallScope } from './call-scope.ts';
import type { AttemptSummary } from './client-error.ts';
import type { ClientEvents } from './client-events.ts';
import type { Clock } from './clock.ts';
import type { EventEmitter } from './event-emitter.ts';
import type { ProblemAnswer, RegionFailure } from './judge-answer.ts';
import type { OperationRequest } from './operation-requests.ts';
import type { Random } from './random.ts';
import type { RegionDirectory } from './region-directory.ts';
import type { RegionEndpoint } from './region-endpoint.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Session } from './session.ts';
import type { Transport } from './transport.ts';

/** What all calls of one client share. */
export interface CallEngine {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly directory: RegionDirectory;
  /** Every request beyond the first of its call takes of it. */
  readonly budget: RetryBudget;
  /** Hedges take of this as well, but for those of probes and measurements, which are few by themselves. */
  readonly hedgeBudget: RetryBudget;
  readonly events: EventEmitter<ClientEvents>;
  /** Takes errors of the program's own code that no call is to fail of: listeners, and sessions told of late answers. */
  readonly report: (error: unknown) => void;
  /** Every region by its name. */
  readonly endpoints: ReadonlyMap<string, RegionEndpoint>;
  readonly attemptTimeoutMs: number;
  /** Attempts that outlive their calls. */
  readonly detached: Set<RunningAttempt>;
  /** Whether a read that takes long is asked of a second region. */
  readonly isHedging: boolean;
}

/** One call under way. What changes in it is changed by the files that carry it out alone. */
export interface Call {
  readonly engine: CallEngine;
  /** Counts from 1 in each client. */
  readonly number: number;
  readonly request: OperationRequest;
  /** Sent with every attempt alike. */
  readonly headers: Readonly<Record<string, string>>;
  readonly correlationId: string;
  /** Null for reads, and for writes that are sent once. */
  readonly idempotencyKey: string | null;
  readonly session: Session | null;
  /** Token of the session when the call began; every attempt sends it. */
  readonly token: string | undefined;
  /** The one region to ask, when the caller chose it. */
  readonly pinnedRegion: string | undefined;
  readonly isRead: boolean;
  /** Whether it may be sent more than once: reads, and writes with a key. */
  readonly isRepeatable: boolean;
  readonly scope: CallScope;
  /** Every attempt that has ended. */
  readonly attempts: AttemptSummary[];
  /** Regions asked since the call waited last. */
  readonly tried: Set<string>;
  /** Until when a region asked not to be asked again. */
  readonly restUntilMs: Map<string, number>;
  /** Requests sent. */
  requests: number;
  /** Answers with status 500. */
  internalErrors: number;
  /** Waits between attempts. */
  waits: number;
  /** What went wrong last. */
  latestSetback: ProblemAnswer | RegionFailure | undefined;
  /** The latest answer that a region lacks what the session has seen. */
  latestBehind: ProblemAnswer | undefined;
}

/** Most requests of one call, hedges included; the deadline and the retry budget end nearly all calls earlier. */
export const requestsMax = 10;

/** Whether the call reads what its session has seen, so that the region may have to wait for replication. */
export function isSessionRead({ isRead, token }: Pick<Call, 'isRead' | 'token'>): boolean {
  return isRead && token !== undefined;
}
