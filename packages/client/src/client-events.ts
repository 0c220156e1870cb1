import type { RouteName } from '@gsp/platform/contract';

/** The operations that every platform has: names of the contract's routes. */
export type BuiltInOperation = Extract<
  RouteName,
  | 'writeItem'
  | 'getItem'
  | 'listItems'
  | 'putItem'
  | 'patchItem'
  | 'deleteItem'
  | 'incrementCounter'
  | 'getCounter'
  | 'listConflicts'
  | 'acknowledgeConflict'
>;

/** An operation that a client calls: a built-in one, one of an entity such as `createOrder`, or a route of a team's own. */
export type OperationName = BuiltInOperation | (string & Record<never, never>);

/** Why a request was sent. */
export type AttemptKind =
  /** The first of its call. */
  | 'first'
  /** The same region again. */
  | 'retry'
  /** Another region, after a failure. */
  | 'failover'
  /** A read asked of a second region, as the first takes longer than 95 of 100 reads. */
  | 'hedge';

/**
 * How a request ended. `answered`: the region did its part, be it with a problem. `failed`: it did not. `timed-out`: it
 * did not in time. `abandoned`: another answer was first, or the caller has gone; that says nothing of the region.
 */
export type AttemptOutcome = 'answered' | 'failed' | 'timed-out' | 'abandoned';

/** One request came to its end. Times in milliseconds of the client's clock. */
export interface AttemptEvent {
  /** Number of the call that the request belongs to; each client counts from 1. */
  readonly call: number;
  readonly operation: OperationName;
  readonly region: string;
  readonly kind: AttemptKind;
  readonly startedAtMs: number;
  readonly latencyMs: number;
  readonly outcome: AttemptOutcome;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** Problem code or what broke; absent when all went well. */
  readonly reason?: string;
}

/** A call came to its end. */
export interface CallEvent {
  readonly call: number;
  readonly operation: OperationName;
  /** Region whose answer the caller got; null when there was none. */
  readonly region: string | null;
  readonly startedAtMs: number;
  readonly latencyMs: number;
  /** Requests that were sent for it, hedges included. */
  readonly attempts: number;
  /** `refused`: a problem that another attempt would not change, such as a failed precondition. */
  readonly outcome: 'ok' | 'refused' | 'failed' | 'aborted';
  /** Problem code or error name; absent when all went well. */
  readonly reason?: string;
}

/** Traffic moved from one region to another. */
export interface FailoverEvent {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly atMs: number;
}

/** A region answers again. */
export interface RecoveredEvent {
  readonly region: string;
  /** How long it was avoided. */
  readonly outageMs: number;
  readonly atMs: number;
}

/** The platform did not take the session's token: what it had seen is forgotten, and the call was made without it. */
export interface SessionDroppedEvent {
  readonly region: string;
  readonly atMs: number;
}

/** What the client tells, by the name of the event. */
export interface ClientEvents {
  readonly attempt: AttemptEvent;
  readonly call: CallEvent;
  readonly failover: FailoverEvent;
  readonly recovered: RecoveredEvent;
  readonly 'session-dropped': SessionDroppedEvent;
}

/** Tells listeners what happened, each event by its name. */
export interface EventEmitter<Events> {
  /** Has a listener called for each event of a kind until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  /** Calls every listener of the kind, at once and in the order in which they came. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

type Listeners<Events> = { [Name in keyof Events]?: Set<{ call(event: Events[Name]): unknown }> };

/**
 * Makes an emitter. A listener that throws, or whose promise rejects, harms neither what it was told of nor other
 * listeners; the error goes to `onListenerError`.
 */
export function createEventEmitter<Events>(onListenerError: (error: unknown) => void): EventEmitter<Events> {
  const listeners: Listeners<Events> = {};
  return {
    on(name, listener) {
      // An entry of its own: the same function may be registered twice, and is then called twice.
      const entry = { call: listener as (event: Events[typeof name]) => unknown };
      const entries = listeners[name] ?? new Set();
      listeners[name] = entries;
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    emit(name, event) {
      for (const { call } of [...(listeners[name] ?? [])]) {
        try {
          const returned = call(event);
          if (returned instanceof Promise) returned.catch(onListenerError);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
  };
}
