import { hostName } from '../closed-door.ts';
import { type AccessLogContext, requestTime } from './access-log.ts';
import type { Answer } from './answer-request.ts';
import type { HttpApiDefinition } from './http-api-definition.ts';
import type { HttpRequest } from './http-request.ts';

/** A request that has been answered. */
export interface AnsweredRequest {
  readonly answer: Answer;
  /** Absent where the request could not be read. */
  readonly request: HttpRequest | undefined;
  readonly requestId: string;
  readonly responseLength: number;
  readonly latencyMs: number;
  readonly accountId: string;
  readonly definition: HttpApiDefinition;
}

/** The `$context` variables of an answered request, keyed by their names without `$context.`. */
export function accessLogContext(answered: AnsweredRequest): AccessLogContext {
  const { answer, request, requestId, definition } = answered;
  const { response, integration, routeKey } = answer;
  const domainName = hostName(request?.headers.host);
  return {
    accountId: answered.accountId,
    apiId: definition.apiId,
    'authorizer.error': answer.authorizerError,
    domainName,
    domainPrefix: domainName.split('.')[0],
    'error.message': response.error?.message,
    'error.messageString': response.error && JSON.stringify(response.error.message),
    'error.responseType': response.error?.responseType,
    extendedRequestId: requestId,
    httpMethod: request?.method,
    'identity.sourceIp': request?.sourceIp,
    'identity.userAgent': request?.headers['user-agent'],
    'integration.error': response.error?.integrationError,
    'integration.integrationStatus': integration?.status,
    'integration.latency': integration?.latencyMs,
    'integration.requestId': integration?.requestId,
    'integration.status': integration?.status,
    integrationErrorMessage: response.error?.integrationError,
    integrationLatency: integration?.latencyMs,
    integrationStatus: integration?.status,
    path: request?.encodedPath,
    protocol: request?.protocol,
    requestId,
    requestTime: request && requestTime(request.receivedMs),
    requestTimeEpoch: request?.receivedMs,
    responseLatency: answered.latencyMs,
    responseLength: answered.responseLength,
    routeKey,
    stage: definition.stageName,
    status: response.status,
  };
}
