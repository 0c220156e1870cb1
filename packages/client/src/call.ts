import { callHeaders } from './call-headers.ts';
import type { CallScope } from './call-scope.ts';
import type { AttemptSummary } from './client-error.ts';
import type { ClientEvents, EventEmitter } from './client-events.ts';
import type { Clock, Random } from './clock.ts';
import type { ProblemAnswer, RegionFailure } from './judge-answer.ts';
import { isRead, type OperationRequest } from './operation-request.ts';
import type { WriteOptions } from './platform-client.ts';
import type { RegionEndpoint } from './region.ts';
import type { RegionDirectory } from './region-directory.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { Session } from './session.ts';
import type { Transport } from './transport.ts';

/** One request under way. */
export interface RunningAttempt {
  /** Ends it: another answer was first, or the caller has gone. */
  abandon(): void;
  /** Ends it: the call's time is up. */
  timeOut(): void;
  /** Lets it go on without its call, for what it finds out about its region; for the time of an attempt at most. */
  detach(): void;
}

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
  /** Makes an idempotency key: by the platform's clock, as far as it is known. */
  readonly newKey: () => string;
  /** Tells what the platform's clock says now, in milliseconds since 1970. */
  readonly correctClock: (serverMs: number) => void;
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
  headers: Readonly<Record<string, string>>;
  readonly correlationId: string;
  /** Null for reads, and for writes that are sent once. */
  idempotencyKey: string | null;
  /** Whether the client has made that key, and may take another one. */
  readonly isOwnKey: boolean;
  readonly session: Session | null;
  /** Token of the session when the call began; every attempt sends it, unless the platform does not take it. */
  token: string | undefined;
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
  /** Whether another idempotency key was taken in place of one that was out of its window. */
  hasNewKey: boolean;
  /** Requests sent. */
  requests: number;
  /** Those among them that were sent since a replica was behind. The call's time bounds them, and nothing else. */
  catchUps: number;
  /** Whether an attempt may have made the write, and nobody has told. */
  isInDoubt: boolean;
  /** Answers with status 500. */
  internalErrors: number;
  /** Waits between attempts. */
  waits: number;
  /** What went wrong last. */
  latestFailure: ProblemAnswer | RegionFailure | undefined;
  /** The latest answer that a region lacks what the session has seen. */
  latestBehind: ProblemAnswer | undefined;
}

/**
 * Most requests of one call, hedges included, but for those that wait for a replica; the deadline and the retry budget end
 * nearly all calls earlier.
 */
const requestsMax = 10;

/** How many requests the call may still send. */
export function requestsLeft({ requests, catchUps }: Pick<Call, 'requests' | 'catchUps'>): number {
  return requestsMax - (requests - catchUps);
}

/** Whether the call reads what its session has seen, so that the region may be behind. */
export function isSessionRead({ isRead, token }: Pick<Call, 'isRead' | 'token'>): boolean {
  return isRead && token !== undefined;
}

/** What a call begins with. */
export interface CallBeginning {
  readonly number: number;
  readonly request: OperationRequest;
  readonly options: WriteOptions;
  /** Session of the client, for calls without one of their own. */
  readonly session: Session;
  readonly newId: () => string;
  /** Begins the call's time, once nothing is left that could throw. */
  readonly openScope: () => CallScope;
}

/**
 * Begins a call.
 *
 * @throws {RangeError} for a region that the client does not know, and for an id or key that no header can carry
 */
export function beginCall(engine: CallEngine, beginning: CallBeginning): Call {
  const { number, request, options, newId, openScope } = beginning;
  const { region: pinnedRegion, correlationId = newId() } = options;
  if (pinnedRegion !== undefined && !engine.endpoints.has(pinnedRegion)) {
    const names = [...engine.endpoints.keys()].join(', ');
    throw new RangeError(`Cannot ask ${pinnedRegion}: the client knows ${names}, one of these is needed`);
  }
  const isReadCall = isRead(request);
  const { idempotencyKey = engine.newKey() } = isReadCall ? { idempotencyKey: null } : options;
  const session = options.session === undefined ? beginning.session : options.session;
  const token = request.isOfSession ? session?.token : undefined;
  return {
    engine,
    number,
    request,
    headers: { ...request.headers, ...callHeaders({ correlationId, idempotencyKey, token }) },
    correlationId,
    idempotencyKey,
    isOwnKey: !isReadCall && options.idempotencyKey === undefined,
    session,
    token,
    pinnedRegion,
    isRead: isReadCall,
    isRepeatable: isReadCall || idempotencyKey !== null,
    attempts: [],
    tried: new Set(),
    restUntilMs: new Map(),
    hasNewKey: false,
    requests: 0,
    catchUps: 0,
    isInDoubt: false,
    internalErrors: 0,
    waits: 0,
    latestFailure: undefined,
    latestBehind: undefined,
    scope: openScope(),
  };
}
