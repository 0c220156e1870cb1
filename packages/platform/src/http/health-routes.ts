import { type EvacuatedResponse, evacuationKeySchema } from '../contract/evacuation.ts';
import type { HealthResponse } from '../contract/health.ts';
import { probeRouteKey } from '../contract/routes.ts';
import type { EvacuationMonitor } from '../domain/evacuation-monitor.ts';
import type { HealthMonitor } from '../domain/health-monitor.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { RouteHandlers } from './create-http-handler.ts';
import type { HttpRequest, HttpResponse } from './http-message.ts';
import { problemResponse } from './problem-response.ts';
import { parsePath } from './read-request.ts';

/** What the routes of health checks need. */
export interface HealthRoutesOptions {
  readonly monitor: HealthMonitor;
  readonly evacuations: EvacuationMonitor;
  readonly region: string;
  /** Every region of the stage. */
  readonly regions: readonly string[];
  readonly tableName: string;
  /** What is deployed. @default - nobody says, and it is not answered */
  readonly revision?: string | undefined;
}

/** Reason of a region that an operator has taken out of service. */
const evacuatedReason = 'evacuated';

/**
 * Makes the handlers of the routes that are probed. An unhealthy answer is no problem document: it is the answer
 * that was asked for, and its status is what Route 53 goes by.
 *
 * `/health` goes by the region's own replica alone. What is shared between regions must not take all of them out at
 * once: that evacuations cannot be read is no reason. Should all regions be unhealthy nevertheless, Route 53 answers as
 * if all were healthy.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html
 */
export function createHealthRoutes(options: HealthRoutesOptions): RouteHandlers<'health'> {
  const { region, revision } = options;
  const live = { status: 200, body: JSON.stringify({ ok: true, region, revision }) };
  return {
    'GET /health/live': () => live,
    'GET /health': () => answerHealth(options),
    [probeRouteKey]: () => answerHealth(options),
    'GET /control/evacuations/{region}': (request) => answerEvacuation(request, options),
  };
}

async function answerHealth(options: HealthRoutesOptions): Promise<HttpResponse> {
  const { monitor, evacuations, region, tableName: table } = options;
  // Side by side: each has a bound of its own, and the caller waits for the longer one only.
  const [verdict, { inForce, failure }] = await Promise.all([monitor(), evacuations()]);
  const ownReasons = inForce?.has(region) ? [evacuatedReason] : [];
  const reasons = [...verdict.reasons, ...ownReasons];
  const checkedAt = new Date(verdict.checkedAtMs).toISOString();
  // What could not be read is for the log, whatever the answer: nobody else would tell that evacuations are not heard.
  const causes = [...verdict.causes, ...ownReasons, ...(failure === undefined ? [] : [failure])];
  const logged = causes.length === 0 ? {} : { cause: causes };
  if (reasons.length === 0) {
    const body: HealthResponse = { ok: true, region, table, checkedAt, latencyMs: verdict.latencyMs };
    return { status: 200, body, ...logged };
  }
  const body: HealthResponse = { ok: false, region, reasons, checkedAt };
  return { status: 503, headers: { 'retry-after': '1' }, body, ...logged };
}

/**
 * Answers what Route 53 asks a region about its peers. Its check is inverted: an answer of 200 takes the peer out of
 * service, anything else, or none, does not. So a region that is not sure says that it is not.
 *
 * @throws PlatformError `unknown-region`, or what the read of evacuations threw as long as none has succeeded.
 */
async function answerEvacuation(
  request: HttpRequest,
  { evacuations, regions }: HealthRoutesOptions,
): Promise<HttpResponse> {
  const { region } = parsePath(evacuationKeySchema, request);
  if (!regions.includes(region)) {
    throw new PlatformError(
      'unknown-region',
      `Cannot tell of an evacuation of ${region.slice(0, 64)}: the stage has ${regions.join(', ')}, one of these is needed`,
    );
  }
  const { inForce, failure } = await evacuations();
  if (inForce === undefined) throw failure;
  const evacuation = inForce.get(region);
  if (evacuation === undefined) return notEvacuated(region, request.correlationId);
  const expiresAt = new Date(evacuation.expiresAtMs).toISOString();
  const body: EvacuatedResponse = { evacuated: true, region, expiresAt };
  return { status: 200, body };
}

// Without its cause, which is for what went wrong: each checker asks all day long, and this is what it hopes to hear.
function notEvacuated(region: string, correlationId: string): HttpResponse {
  const error = new PlatformError('not-evacuated', `Cannot tell of an evacuation: ${region} is in service`);
  const { cause: _none, ...response } = problemResponse(error, correlationId);
  return response;
}
