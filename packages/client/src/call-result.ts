import { headerNames } from '@gsp/platform/contract';
import type { Call } from './call.ts';
import type { CarriedOut } from './carry-out.ts';
import { isProblemError } from './client-error.ts';
import type { CallEvent } from './client-events.ts';
import type { RawAnswer } from './defined-calls.ts';
import type { AnswerFacts } from './platform-client.ts';

/** What a call brought, the body and how it was answered; the session is told what was seen. */
export function answered(call: Call, { region, answer }: CarriedOut): RawAnswer {
  const { headers, body } = answer;
  const token = headers[headerNames.session];
  if (token !== undefined) call.session?.note(token, call.token);
  return {
    body,
    answer: {
      region: headers[headerNames.region] ?? region,
      attempts: call.requests,
      latencyMs: elapsedMs(call),
      correlationId: headers[headerNames.correlationId] ?? call.correlationId,
      etag: headers.etag ?? null,
      replayed: headers[headerNames.idempotencyReplayed] === 'true',
    },
  };
}

/** Tells of a call that was answered. */
export function successEvent(call: Call, { region }: AnswerFacts): CallEvent {
  return { ...eventFacts(call), region, outcome: 'ok' };
}

/** Tells of a call that ended with an error. */
export function failureEvent(call: Call, error: unknown): CallEvent {
  const facts = eventFacts(call);
  if (call.scope.ended()?.kind === 'aborted')
    return { ...facts, region: null, outcome: 'aborted', reason: nameOf(error) };
  if (!isProblemError(error)) return { ...facts, region: null, outcome: 'failed', reason: nameOf(error) };
  return {
    ...facts,
    region: error.region,
    outcome: error.retryable ? 'failed' : 'refused',
    reason: error.code,
  };
}

function eventFacts(call: Call) {
  const { number, request, scope, requests } = call;
  const { operation } = request;
  return {
    call: number,
    operation,
    startedAtMs: scope.startedAtMs,
    latencyMs: elapsedMs(call),
    attempts: requests,
  };
}

function elapsedMs({ engine, scope }: Call): number {
  return engine.clock.nowMs() - scope.startedAtMs;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
