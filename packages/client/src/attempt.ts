import {
  type AttemptEnding,
  type AttemptResult,
  noteLateAnswer,
  noteNoAnswer,
  noteResult,
  recordAttempt,
  transportFailure,
} from './attempt-record.ts';
import type { Call } from './call.ts';
import type { AttemptKind } from './client-events.ts';
import { judgeAnswer } from './judge-answer.ts';
import type { TransportResponse } from './transport.ts';

/** Which attempt to make. */
export interface AttemptPlan {
  readonly region: string;
  readonly kind: AttemptKind;
  /** Longest wait for the answer; undefined for as long as the call lasts. */
  readonly limitMs: number | undefined;
  /** Asked when that time is over: whether another attempt could follow. If not, this one is waited for on. */
  readonly canBeFollowed: () => boolean;
  /** Told once, and never before the attempt has started. */
  readonly onResult: (result: AttemptResult) => void;
}

/** One request under way. */
export interface RunningAttempt {
  /** Ends it: another answer was first, or the caller has gone. */
  abandon(): void;
  /** Ends it: the call's time is up. */
  timeOut(): void;
  /** Lets it go on without its call, for what it finds out about its region; for the time of an attempt at most. */
  detach(): void;
}

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

  if (limitMs !== undefined)
    stopTimer = clock.setTimer(limitMs, () => {
      // A late answer is better than none. The region's record has it all the same when the call's time is up.
      if (canBeFollowed()) timeOut(limitMs);
    });
  const { operation } = call.request;
  const { correlationId, scope } = call;
  send(call, { region, signal: controller.signal })
    .then(
      (response) =>
        isOver
          ? noteLateAnswer(call, response)
          : settle(judgeAnswer(response, { operation, region, correlationId }), response),
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
