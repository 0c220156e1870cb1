import { headerNames } from '@gsp/platform/contract';
import type { Call, RunningAttempt } from './call.ts';
import type { AttemptSummary } from './client-error.ts';
import type { AttemptKind, AttemptOutcome } from './client-events.ts';
import { type Judgement, judgeAnswer, type RegionFailure } from './judge-answer.ts';
import { TransportError, type TransportResponse } from './transport.ts';

/** What became of an attempt. `broken`: the transport failed in a way that it does not declare. */
export type AttemptResult =
  | Judgement
  | { readonly kind: 'abandoned' }
  | { readonly kind: 'broken'; readonly error: unknown };

/** How an attempt ended, as events and errors tell of it. */
interface AttemptEnding {
  readonly outcome: AttemptOutcome;
  readonly status?: number;
  readonly reason?: string;
}

/** Which attempt it was. */
interface AttemptFacts {
  readonly region: string;
  readonly kind: AttemptKind;
  readonly startedAtMs: number;
}

/** Which attempt to make. */
export interface AttemptPlan {
  readonly region: string;
  readonly kind: AttemptKind;
  /** Longest wait for the answer; undefined for as long as the call lasts. */
  readonly limitMs: number | undefined;
  /** Asked when that time is over, and from then on: whether another attempt could follow. Until it could, this one is waited for. */
  readonly canBeFollowed: () => boolean;
  /** Told once, and never before the attempt has started. */
  readonly onResult: (result: AttemptResult) => void;
}

/** How often an attempt whose time is over asks whether another could follow, in milliseconds. */
const followUpMs = 100;

/**
 * Sends one request and tells the region's record, the listeners and the call what became of it. Of answer, time-out and
 * abandonment the first counts, and the request is aborted if it is not the answer:
 *
 *     attempt     sent ─────────── timed out, aborted
 *     transport        ──────────────────────────────── answer: too late, nothing follows from it
 *
 * but that a late answer to a write still tells the session what was written.
 */
export function startAttempt(call: Call, plan: AttemptPlan): RunningAttempt {
  const { region, kind, limitMs, canBeFollowed, onResult } = plan;
  const { engine } = call;
  const { clock, directory } = engine;
  const controller = new AbortController();
  const facts = { region, kind, startedAtMs: clock.nowMs() };
  let isOver = false;
  let stopTimer = () => {};
  call.requests += 1;
  call.tried.add(region);

  function end(result: AttemptResult, ending: AttemptEnding): void {
    isOver = true;
    stopTimer();
    engine.detached.delete(running);
    recordAttempt(call, { ...facts, ...ending });
    onResult(result);
  }

  function cancel(result: AttemptResult, ending: AttemptEnding): void {
    end(result, ending);
    controller.abort(new DOMException('The answer is not awaited any more', 'AbortError'));
  }

  function timeOut(waitedMs: number): void {
    if (isOver) return;
    const { result, ending } = noteNoAnswer(call, { ...facts, waitedMs });
    cancel(result, ending);
  }

  function settle(result: AttemptResult, response?: TransportResponse): void {
    end(result, noteResult(call, { ...facts, result, ...(response === undefined ? {} : { response }) }));
  }

  function giveUpAfter(delayMs: number, waitedMs: number): void {
    stopTimer = clock.setTimer(delayMs, () => {
      if (canBeFollowed()) return timeOut(waitedMs);
      // A late answer is better than none. The region's record has it all the same when the call's time is up.
      const isInTime = call.scope.remainingMs() - followUpMs >= engine.attemptTimeoutMs / 2;
      if (isInTime) giveUpAfter(followUpMs, waitedMs + followUpMs);
    });
  }

  if (limitMs !== undefined) giveUpAfter(limitMs, limitMs);
  const { operation, takesAnyJson } = call.request;
  const { correlationId, scope } = call;
  send(call, { region, signal: controller.signal })
    .then(
      (response) =>
        isOver
          ? noteLateAnswer(call, response)
          : settle(judgeAnswer(response, { operation, region, correlationId, takesAnyJson }), response),
      (error: unknown) => {
        // What is aborted rejects: nobody waits for that any more.
        if (!isOver) settle(transportFailure(error));
      },
    )
    // An answer that is none in shape, or a session of the caller's that throws.
    .catch((error: unknown) => (isOver ? engine.report(error) : settle({ kind: 'broken', error })));
  const running: RunningAttempt = {
    abandon() {
      if (isOver) return;
      directory.noteAbandoned(region, call.isRead ? clock.nowMs() - facts.startedAtMs : 0);
      cancel({ kind: 'abandoned' }, { outcome: 'abandoned' });
    },
    timeOut: () => timeOut(scope.startedAtMs + scope.timeoutMs - facts.startedAtMs),
    detach() {
      engine.detached.add(running);
      stopTimer();
      const waitedMs = clock.nowMs() - facts.startedAtMs;
      const leftMs = Math.max(0, engine.attemptTimeoutMs - waitedMs);
      stopTimer = clock.setTimer(leftMs, () => timeOut(waitedMs + leftMs));
    },
  };
  return running;
}

/** Asynchronous, so that a transport which throws at once rejects like any other. */
async function send(
  call: Call,
  { region, signal }: { region: string; signal: AbortSignal },
): Promise<TransportResponse> {
  const { engine, request, headers } = call;
  const address = engine.endpoints.get(region);
  if (address === undefined) throw new RangeError(`Cannot ask ${region}: it has no endpoint, one is needed`);
  const { method, path, query, body } = request;
  return engine.transport({
    apiName: address.apiName,
    endpoint: address.endpoint,
    method,
    path,
    ...(query === undefined ? {} : { query }),
    headers,
    ...(body === undefined ? {} : { body }),
    signal,
  });
}

/** Tells the region's record what an attempt found out, and puts it into words. */
function noteResult(
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
    const { status, reason, speaksOfRegion } = result;
    if (speaksOfRegion) directory.noteFailure(region, reason);
    else directory.noteAbandoned(region, 0);
    return { outcome: 'failed', reason, ...(status === undefined ? {} : { status }) };
  }
  if (response === undefined || result.kind === 'broken' || result.kind === 'abandoned') {
    directory.noteAbandoned(region, 0);
    return { outcome: 'failed', reason: 'the transport broke' };
  }
  const isEvacuated = response.headers[headerNames.regionStatus] === 'evacuated';
  directory.noteAnswer(region, { latencyMs, isRead: call.isRead, isEvacuated });
  const { status } = response;
  return { outcome: 'answered', status, ...(result.kind === 'good' ? {} : { reason: result.problem.code }) };
}

/** Keeps an attempt that has ended for the call's error, and tells listeners of it. */
function recordAttempt(call: Call, { region, kind, startedAtMs, ...ending }: AttemptFacts & AttemptEnding) {
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
function noteLateAnswer(call: Call, { status, headers }: TransportResponse): void {
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
function noteNoAnswer(
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
    result: {
      kind: 'failed',
      reason,
      error: new TransportError(message),
      speaksOfRegion: isVerdict,
      isInDoubt: true,
      retryAfterMs: 0,
    },
    ending: { outcome: isVerdict ? 'timed-out' : 'abandoned', reason },
  };
}

/** What an error of the transport means. By name, as a transport may come with a copy of this package of its own. */
function transportFailure(error: unknown): AttemptResult {
  const isDeclared = error instanceof Error && error.name === 'TransportError';
  if (!isDeclared) return { kind: 'broken', error };
  const code = systemCodeOf(error);
  const reason = code === undefined ? 'no whole answer' : `no whole answer (${code})`;
  const isInDoubt = code === undefined || !unconnectedCodes.has(code);
  return { kind: 'failed', reason, error, speaksOfRegion: true, isInDoubt, retryAfterMs: 0 };
}

/**
 * Codes that only a connection that was never made has, so that nothing was sent: an unreachable host may have been reached
 * before. A browser tells none.
 */
const unconnectedCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

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
