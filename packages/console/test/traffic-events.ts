import type { AttemptEvent, CallEvent } from '@gsp/client';

/** A call that went well in eu-west-1, but for what is said. */
export function callEvent(differing: Partial<CallEvent> = {}): CallEvent {
  return {
    call: 1,
    operation: 'getItem',
    region: 'eu-west-1',
    startedAtMs: 0,
    latencyMs: 10,
    attempts: 1,
    outcome: 'ok',
    ...differing,
  };
}

/** A first request that was answered by eu-west-1, but for what is said. */
export function attemptEvent(differing: Partial<AttemptEvent> = {}): AttemptEvent {
  return {
    call: 1,
    operation: 'getItem',
    region: 'eu-west-1',
    kind: 'first',
    startedAtMs: 0,
    latencyMs: 10,
    outcome: 'answered',
    status: 200,
    ...differing,
  };
}
