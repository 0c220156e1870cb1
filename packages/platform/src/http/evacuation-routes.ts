import {
  type EvacuationAuditView,
  type EvacuationResponse,
  type EvacuationsResponse,
  type EvacuationView,
  evacuationKeySchema,
  evacuationRequestSchema,
} from '../contract/evacuation.ts';
import { limits } from '../contract/limits.ts';
import type { EvacuationEntry } from '../domain/evacuation.ts';
import type { EvacuationAct, ListedEvacuation, RegionEvacuator } from '../domain/region-evacuator.ts';
import type { RouteHandlers } from './create-http-handler.ts';
import type { HttpRequest } from './http-message.ts';
import { createOperatorLog, type OperatorLogOptions } from './operator-log.ts';
import { parseJsonBody, parsePath, parseWith } from './read-request.ts';

/** What the operator's routes need. */
export interface EvacuationRoutesOptions extends OperatorLogOptions {
  readonly evacuator: RegionEvacuator;
  readonly bodyLimitBytes: number;
}

/** Makes the handlers of the routes that operators call, by signed requests. */
export function createEvacuationRoutes(options: EvacuationRoutesOptions): RouteHandlers<'control'> {
  const { evacuator, bodyLimitBytes } = options;
  const logged = createOperatorLog(options);
  return {
    'PUT /control/evacuations/{region}': async (request) => {
      const act = actOf(request);
      const { signal, correlationId } = request;
      const order = {
        ...act,
        ...parseWith(evacuationRequestSchema, parseJsonBody(request, bodyLimitBytes), 'body'),
      };
      const evacuation = await logged({ act: 'evacuate', ...order, correlationId }, () =>
        evacuator.evacuate(order, { signal }),
      );
      const body: EvacuationResponse = { evacuation: toView({ ...evacuation, inForce: true }) };
      return { status: 200, body };
    },
    'DELETE /control/evacuations/{region}': async (request) => {
      const act = actOf(request);
      const { signal, correlationId } = request;
      await logged({ act: 'restore', ...act, correlationId }, () => evacuator.restore(act, { signal }));
      return { status: 204, body: '' };
    },
    'GET /control/evacuations': async (request) => {
      operatorOf(request);
      const { evacuations, trail } = await evacuator.list(limits.evacuationAuditEntriesMax, {
        signal: request.signal,
      });
      const { entries, unreadable } = trail;
      const body: EvacuationsResponse = {
        evacuations: evacuations.map(toView),
        audit: entries.map(toAuditView),
        ...(unreadable.length === 0 ? {} : { unreadable: [...unreadable] }),
      };
      return { status: 200, body };
    },
  };
}

function actOf(request: HttpRequest): EvacuationAct {
  const by = operatorOf(request);
  const { region: target } = parsePath(evacuationKeySchema, request);
  return { target, by };
}

/**
 * Tells who signed the request.
 *
 * @throws Error when nobody did: API Gateway lets none through to these routes, so the routes have lost their
 *   authorizer. An internal error; never an evacuation that nobody answers for.
 */
function operatorOf({ caller, routeKey }: HttpRequest): string {
  if (caller !== undefined) return caller;
  throw new Error(
    `Cannot answer ${routeKey}: the request names no caller, a route with an IAM authorizer is needed. Deploy the backend again, it sets the authorizer`,
  );
}

function toView(evacuation: ListedEvacuation): EvacuationView {
  const { target, reason, by, askedIn, issuedAtMs, expiresAtMs, ended, inForce } = evacuation;
  return {
    region: target,
    reason,
    issuedBy: by,
    issuedIn: askedIn,
    issuedAt: isoTime(issuedAtMs),
    expiresAt: isoTime(expiresAtMs),
    ...(ended === undefined ? {} : { endedAt: isoTime(ended.atMs), endedBy: ended.by }),
    inForce,
  };
}

function toAuditView(entry: EvacuationEntry): EvacuationAuditView {
  const { id, act, target, by, askedIn, atMs } = entry;
  return {
    id,
    act,
    region: target,
    by,
    askedIn,
    at: isoTime(atMs),
    ...(entry.act === 'restore' ? {} : { reason: entry.reason, expiresAt: isoTime(entry.expiresAtMs) }),
  };
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
