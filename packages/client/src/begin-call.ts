import type { Call, CallEngine } from './call.ts';
import { callHeaders } from './call-headers.ts';
import type { CallScope } from './call-scope.ts';
import { isRead, type OperationRequest } from './operation-requests.ts';
import type { WriteOptions } from './platform-client.ts';
import type { Session } from './session.ts';

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
  const { idempotencyKey = newId() } = isReadCall ? { idempotencyKey: null } : options;
  const session = options.session === undefined ? beginning.session : options.session;
  const token = request.isOfSession ? session?.token : undefined;
  return {
    engine,
    number,
    request,
    headers: { ...request.headers, ...callHeaders({ correlationId, idempotencyKey, token }) },
    correlationId,
    idempotencyKey,
    session,
    token,
    pinnedRegion,
    isRead: isReadCall,
    isRepeatable: isReadCall || idempotencyKey !== null,
    attempts: [],
    tried: new Set(),
    restUntilMs: new Map(),
    requests: 0,
    internalErrors: 0,
    waits: 0,
    latestSetback: undefined,
    latestBehind: undefined,
    scope: openScope(),
  };
}
