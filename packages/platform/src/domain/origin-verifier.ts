import { type Clock, withAbort } from './clock.ts';

/**
 * Reads the present value of a secret. It may take no notice of the signal; nobody waits for it then.
 *
 * @throws whatever keeps it from being read
 */
export type SecretReader = (name: string, options: { readonly signal: AbortSignal }) => Promise<string>;

/**
 * Tells whether two texts are the same, in a time that depends on neither: else a caller could find a secret out, character
 * by character.
 */
export type SecretComparison = (one: string, other: string) => boolean;

/** Where a request came from. `unknown`: the edge's secrets could not all be read, and what is known does not fit. */
export type OriginVerdict =
  | { readonly kind: 'edge' }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'unknown'; readonly cause: unknown };

/** Judges the value that a request presents. Never fails. */
export type OriginVerifier = (
  presented: string | undefined,
  options: { readonly signal: AbortSignal },
) => Promise<OriginVerdict>;

/** What a verifier works with. Times in milliseconds. */
export interface OriginVerifierOptions {
  /** Names of the secrets whose values the edge may send. */
  readonly names: readonly string[];
  readonly read: SecretReader;
  readonly isSame: SecretComparison;
  readonly clock: Clock;
  /** Told of every secret that could not be read, once for each attempt. */
  readonly onFailure: (failure: unknown) => void;
  /** Age from which a value is read again before it is believed. @default 300_000 */
  readonly cacheMs?: number;
  /** Least time between two attempts. @default 30_000 */
  readonly refreshMs?: number;
  /** The same while a value that is asked for may be that of a secret which was never read. @default 1_000 */
  readonly retryMs?: number;
  /** Longest time of one attempt, all secrets together. @default 1_500 */
  readonly timeoutMs?: number;
}

interface KnownValue {
  readonly value: string;
  /** When its reading began: it may have been replaced ever since. */
  readonly readAtMs: number;
}

/**
 * Makes a verifier that knows the edge by a secret value. Several secrets count, so that the edge can change from one to
 * the other without a request being refused, and a value is read again, so that a new one is noticed without a deployment:
 *
 *     secret a    old ───────┬─ new ──────────────────────────────────────────────────────────
 *     attempts    |read: old |        x not yet         |read: new                |read: new
 *     requests    |old: edge |  new: elsewhere          |new: edge                |old: elsewhere
 *                 0                                     30 s at the latest        5 min at the latest
 *
 * Nothing is read for a request that presents nothing. Requests that need an attempt at the same time share it, and one
 * follows another after `refreshMs` at the earliest: who sends nonsense makes the region ask no more often than that.
 *
 * A secret that cannot be read keeps the value it had: what the region depends on may fail, and requests go on being
 * answered (static stability). Only a region that never read a secret cannot tell a wrong value from that secret's.
 */
export function createOriginVerifier(options: OriginVerifierOptions): OriginVerifier {
  const { names, read, isSame, clock, onFailure } = options;
  const { cacheMs = 300_000, refreshMs = 30_000, retryMs = 1_000, timeoutMs = 1_500 } = options;
  const known = new Map<string, KnownValue>();
  let running: Promise<void> | undefined;
  let attemptedAtMs: number | undefined;
  let failure: unknown;

  // A clock that stepped back makes an age negative: nothing is known of it then, so it counts as old.
  const ageOf = (atMs: number) => {
    const ageMs = clock.nowMs() - atMs;
    return ageMs < 0 ? Number.POSITIVE_INFINITY : ageMs;
  };

  // Compared with every value, whichever fits: that one fits sooner must not show either.
  const ageOfMatch = (presented: string): number | undefined => {
    const ages = [...known.values()].map(({ value, readAtMs }) =>
      isSame(presented, value) ? ageOf(readAtMs) : undefined,
    );
    return ages.filter((ageMs) => ageMs !== undefined).sort((a, b) => a - b)[0];
  };

  const readAll = async (): Promise<void> => {
    const readAtMs = clock.nowMs();
    attemptedAtMs = readAtMs;
    const abort = new AbortController();
    const { signal } = abort;
    const stopTimer = clock.setTimer(timeoutMs, () => abort.abort(tooSlow(timeoutMs)));
    const outcomes = await Promise.allSettled(
      names.map((name) => withAbort(signal, () => read(name, { signal }))),
    );
    stopTimer();
    for (const [index, name] of names.entries()) {
      const outcome = outcomes[index];
      if (outcome?.status === 'fulfilled') known.set(name, { value: outcome.value, readAtMs });
      if (outcome?.status !== 'rejected') continue;
      failure = outcome.reason;
      onFailure(failure);
    }
  };

  // Set before anything is waited for, `running` and the time of its start keep it to one attempt:
  //
  //     request 1   does not know ── begins it ──────── waits ──┐
  //     request 2          does not know ── finds it ── waits ──┤ read: each judges anew
  //     request 3                                               └─ does not know: the attempt is too young for another
  const attempt = async (everyMs: number, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    if (running === undefined) {
      if (attemptedAtMs !== undefined && ageOf(attemptedAtMs) < everyMs) return;
      running = readAll().finally(() => {
        running = undefined;
      });
    }
    const shared = running;
    // The request's own time may end first; the attempt goes on for those that come after.
    await withAbort(signal, () => shared).catch(() => undefined);
  };

  return async (presented, { signal }) => {
    if (presented === undefined || presented === '') return { kind: 'elsewhere' };
    const ageMs = ageOfMatch(presented);
    if (ageMs !== undefined && ageMs < cacheMs) return { kind: 'edge' };
    const mayBeUnread = ageMs === undefined && known.size < names.length;
    await attempt(mayBeUnread ? retryMs : refreshMs, signal);
    if (ageOfMatch(presented) !== undefined) return { kind: 'edge' };
    return known.size < names.length ? { kind: 'unknown', cause: failure } : { kind: 'elsewhere' };
  };
}

function tooSlow(timeoutMs: number): Error {
  return new Error(`Cannot read the edge's secrets: ${timeoutMs} ms have passed`);
}
