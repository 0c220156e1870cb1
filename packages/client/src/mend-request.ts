import { headerNames } from '@gsp/platform/contract';
import type { Call } from './call.ts';
import type { ProblemFacts } from './judge-answer.ts';

/**
 * Mends a request that was refused for what the client itself has put into it, once for each part: a session token that
 * the platform does not take, and an idempotency key whose time is out of its window.
 *
 * Another key is another write. So it is taken only where none of the call's attempts can have made the first:
 *
 *     attempt 1   sent ........ no answer          in doubt: it may have been made
 *     attempt 2        sent, refused for its key   the call ends: repeated under another key it could be made twice
 *
 * @returns whether the request may be sent once more
 */
export function mendRequest(call: Call, { code, region, problem }: ProblemFacts): boolean {
  if (code === 'invalid-session' && call.token !== undefined) {
    dropSession(call, call.token, region);
    return true;
  }
  const serverMs = Date.parse(problem?.serverTime ?? '');
  if (code !== 'idempotency-key-out-of-window' || Number.isNaN(serverMs) || !call.isOwnKey) return false;
  call.engine.correctClock(serverMs);
  if (call.hasNewKey || call.isInDoubt) return false;
  call.hasNewKey = true;
  call.idempotencyKey = call.engine.newKey();
  call.headers = { ...call.headers, [headerNames.idempotencyKey]: call.idempotencyKey };
  return true;
}

function dropSession(call: Call, token: string, region: string): void {
  const { [headerNames.session]: _dropped, ...headers } = call.headers;
  call.headers = headers;
  call.token = undefined;
  call.session?.drop?.(token);
  call.engine.events.emit('session-dropped', { region, atMs: call.engine.clock.nowMs() });
}
