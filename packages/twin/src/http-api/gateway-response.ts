import type { ServerResponse } from 'node:http';

/** An answer in the making. Header names in lower case, except that `cookies` become Set-Cookie headers. */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | Buffer;
  /** What went wrong, for `$context.error.*` and `$context.integrationErrorMessage`; nothing when all went well. */
  readonly error?: GatewayError;
}

/** Why the API answered by itself. */
export interface GatewayError {
  readonly message: string;
  readonly responseType: string;
  /** What the integration did wrong, for the access log only: the client never sees it. */
  readonly integrationError?: string;
}

/**
 * The answers that an HTTP API gives without its integration, or in place of it: status, message and the name
 * that `$context.error.responseType` has for it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const ERRORS = {
  badRequest: [400, 'Bad Request', 'BAD_REQUEST'],
  unauthorized: [401, 'Unauthorized', 'UNAUTHORIZED'],
  forbidden: [403, 'Forbidden', 'ACCESS_DENIED'],
  notFound: [404, 'Not Found', 'ROUTE_NOT_FOUND'],
  requestTimeout: [408, 'Request Timeout', 'BAD_REQUEST'],
  tooLarge: [413, 'Request Entity Too Large', 'REQUEST_TOO_LARGE'],
  headersTooLarge: [431, 'Request Header Fields Too Large', 'BAD_REQUEST'],
  throttled: [429, 'Too Many Requests', 'THROTTLED'],
  integrationFailure: [500, 'Internal Server Error', 'INTEGRATION_FAILURE'],
  authorizerFailure: [500, 'Internal Server Error', 'AUTHORIZER_FAILURE'],
  internal: [500, 'Internal Server Error', 'DEFAULT_5XX'],
  notEmulated: [501, 'Not Implemented', 'NOT_EMULATED'],
  integrationTimeout: [503, 'Service Unavailable', 'INTEGRATION_TIMEOUT'],
  integrationThrottled: [503, 'Service Unavailable', 'INTEGRATION_FAILURE'],
} as const satisfies Record<string, readonly [number, string, string]>;

/** The name of one of the API's own answers. */
export type GatewayErrorName = keyof typeof ERRORS;

/** One of the API's own answers: its status and `{"message": …}`. */
export function gatewayError(
  name: GatewayErrorName,
  { message, integrationError }: { message?: string; integrationError?: string } = {},
): GatewayResponse {
  const [status, standardMessage, responseType] = ERRORS[name];
  const text = message ?? standardMessage;
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: JSON.stringify({ message: text }),
    error: { message: text, responseType, ...(integrationError !== undefined && { integrationError }) },
  };
}

/**
 * Writes an answer whole, and gives the length of its body in bytes. What the client still sends of its request is
 * read and dropped by Node.js, so that the connection can be used again and the client gets to see the answer.
 */
export function writeResponse(
  outgoing: ServerResponse,
  response: GatewayResponse,
  requestId: string,
): number {
  const { status, headers, cookies, body } = response;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const toHead = outgoing.req.method === 'HEAD';
  const bodyless = status === 204 || status === 304 || toHead;
  // To HEAD a length is that of the content of a GET, which an integration that left it out has not told.
  const hasLength = toHead ? length > 0 : !bodyless;
  outgoing.writeHead(status, {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
    ...(hasLength && { 'content-length': length }),
    'apigw-requestid': requestId,
  });
  outgoing.end(bodyless ? undefined : body);
  return bodyless ? 0 : length;
}
