import { headerNames } from '@gsp/platform/contract';
import type { Call } from './call.ts';
import type { AttemptSummary } from './client-error.ts';
import type { AttemptKind, AttemptOutcome } from './client-events.ts';
import type { Judgement, RegionFailure } from './judge-answer.ts';
import { TransportError, type TransportResponse } from './transport.ts';

/** What became of an attempt. `broken`: the transport failed in a way that it does not declare. */
export type AttemptResult =
  | Judgement
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'broken'; readonly error: unknown };

/** How an attempt ended, as events and errors tell of it. */
export interface AttemptEnding {
  readonly outcome: AttemptOutcome;
  readonly status?: number;
  readonly reason?: string;
}

/** Which attempt it was. */
export interface AttemptFacts {
  readonly region: string;
  readonly kind: AttemptKind;
  readonly startedAtMs: number;
}

/** Tells the region's record what an attempt found out, and puts it into words. */
export function noteResult(
  call: Call,
  {
    region,
    startedAtMs,
    result,
    response,
  }: AttemptFacts & { readonly result: AttemptResult; readonly response?: TransportResponse },
): AttemptEnding {
  const { clock, directory } = call.engine;
  const latencyMs = clock.nowMs() - startedAtMs;
  if (result.kind === 'failed') {
    directory.noteFailure(region, result.reason);
    const { status, reason } = result;
    return { outcome: 'failed', reason, ...(status === undefined ? {} : { status }) };
  }
  if (response === undefined || result.kind === 'broken' || result.kind === 'abandoned') {
    directory.noteAbandoned(region, 0);
    return { outcome: 'failed', reason: 'the transport broke' };
  }
  const isEvacuated = response.headers[headerNames.regionStatus] === 'evacuated';
  // An answer that waited for replication says nothing of how fast the region reads.
  const isRead = call.isRead && result.kind !== 'behind';
  directory.noteAnswer(region, { latencyMs, isRead, isEvacuated });
  const { status } = response;
  return { outcome: 'answered', status, ...(result.kind === 'good' ? {} : { reason: result.problem.code }) };
}

/** Keeps an attempt that has ended for the call's error, and tells listeners of it. */
export function recordAttempt(
  call: Call,
  { region, kind, startedAtMs, ...ending }: AttemptFacts & AttemptEnding,
) {
  const { clock, events } = call.engine;
  const latencyMs = clock.nowMs() - startedAtMs;
  const summary: AttemptSummary = { region, kind, latencyMs, ...ending };
  call.attempts.push(summary);
  events.emit('attempt', { call: call.number, operation: call.request.operation, startedAtMs, ...summary });
}

/**
 * Takes note of an answer that came after its attempt was given up. What a read saw is not what the caller got; a write
 * that was made is the session's own, whoever of its attempts made it.
 */
export function noteLateAnswer(call: Call, { status, headers }: TransportResponse): void {
  const token = headers[headerNames.session];
  if (!call.isRead && status >= 200 && status < 300 && token !== undefined)
    call.session?.note(token, call.token);
}

/** How much later than it should a timer may fire before that tells of this process: it was asleep, or busy. */
const lateTimerMs = 1_000;

/**
 * Tells the region's record that no answer came in time, and puts it into words. It speaks against the region only if that
 * had the time of a whole attempt, and if it was the region that used it up: not a caller with little time, nor a laptop
 * that slept.
 */
export function noteNoAnswer(
  call: Call,
  { region, startedAtMs, waitedMs }: AttemptFacts & { readonly waitedMs: number },
): { readonly result: RegionFailure; readonly ending: AttemptEnding } {
  const { clock, directory, attemptTimeoutMs } = call.engine;
  const elapsedMs = clock.nowMs() - startedAtMs;
  const isLateTimer = elapsedMs > waitedMs + lateTimerMs;
  const isVerdict = !isLateTimer && waitedMs >= attemptTimeoutMs;
  const reason = isLateTimer ? 'clock jumped' : `no answer within ${Math.round(waitedMs)} ms`;
  if (isVerdict) directory.noteFailure(region, reason);
  else directory.noteAbandoned(region, isLateTimer || !call.isRead ? 0 : elapsedMs);
  const message = `Cannot ${call.request.operation}: ${region} gave no answer (${reason}), one is needed`;
  return {
    result: { kind: 'failed', reason, error: new TransportError(message), retryAfterMs: 0 },
    ending: { outcome: isVerdict ? 'timed-out' : 'abandoned', reason },
  };
}

/** What an error of the transport means. By name, as a transport may come with a copy of this package of its own. */
export function transportFailure(error: unknown): AttemptResult {
  const isDeclared = error instanceof Error && error.name === 'TransportError';
  if (!isDeclared) return { kind: 'broken', error };
  const code = systemCodeOf(error);
  const reason = code === undefined ? 'no whole answer' : `no whole answer (${code})`;
  return { kind: 'failed', reason, error, retryAfterMs: 0 };
}

/** Most causes that are looked through. */
const causesMax = 5;

/** Code of the system's error behind an error, such as `ECONNREFUSED`; a browser tells none. */
function systemCodeOf(error: Error): string | undefined {
  let each: unknown = error;
  for (let depth = 0; depth < causesMax && each instanceof Error; depth += 1) {
    if ('code' in each && typeof each.code === 'string') return each.code;
    each = each.cause;
  }
  return undefined;
}
