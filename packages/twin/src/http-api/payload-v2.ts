import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { hostName } from '../closed-door.ts';
import { requestTime } from './access-log.ts';
import type { HttpRequest } from './http-request.ts';
import type { IamIdentity } from './iam-authorizer.ts';
import type { JwtIdentity } from './jwt-authorizer.ts';

/** What an authorizer found out about a caller. */
export type EventAuthorizer =
  | { readonly iam: IamIdentity }
  | { readonly jwt: JwtIdentity }
  | { readonly lambda: Readonly<Record<string, unknown>> | null };

/** An event of payload format 2.0, of a route with or without an authorizer. */
export type HttpApiEvent = APIGatewayProxyEventV2 & {
  readonly requestContext: { readonly authorizer?: EventAuthorizer };
};

/** What an event says beside the request itself. */
export interface EventContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly stageName: string;
  /** The name by which the request came in. @default - its Host without the port */
  readonly domainName?: string;
  /** The path without a custom domain's base path. @default - the request's */
  readonly path?: string;
  readonly routeKey: string;
  /** Who asks. @default - the route does not want to know */
  readonly authorizer?: EventAuthorizer;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The media types whose bodies API Gateway hands over as text; all others, forms and requests without a content
 * type among them, arrive in base64. AWS does not document the list; it was observed on the real service:
 * https://github.com/ministackorg/ministack/pull/766
 */
const TEXT_TYPES = /^(?:text\/[^;]+|application\/(?:json|xml|javascript))\s*(?:;|$)/i;

/**
 * The event of payload format 2.0. Fields that the request gives no reason for are absent. `rawPath` is decoded,
 * against its name, as HTTP APIs decode it, and begins with the stage unless that is `$default`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function payloadV2(request: HttpRequest, context: EventContext): HttpApiEvent {
  const { accountId, apiId, stageName, routeKey, pathParameters, stageVariables, authorizer } = context;
  const { domainName = hostName(request.headers.host), path = request.path } = context;
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: request.rawQueryString,
    ...(request.cookies.length > 0 && { cookies: [...request.cookies] }),
    headers: forwardedHeaders(request, context.body.length),
    ...queryParameters(request.rawQueryString),
    requestContext: {
      accountId,
      apiId,
      ...(authorizer && { authorizer }),
      domainName,
      domainPrefix: domainName.split('.')[0] ?? domainName,
      http: {
        method: request.method,
        path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey,
      stage: stageName,
      time: requestTime(request.receivedMs),
      timeEpoch: request.receivedMs,
    },
    ...(pathParameters && { pathParameters: { ...pathParameters } }),
    ...(stageVariables && { stageVariables: { ...stageVariables } }),
    ...bodyFields(context.body, request.headers['content-type']),
  };
}

/** Query parameters decoded, repeated ones joined by commas; an undecodable text stays as it is. */
function queryParameters(rawQueryString: string): { queryStringParameters?: Record<string, string> } {
  if (rawQueryString === '') return {};
  const values = new Map<string, string>();
  for (const pair of rawQueryString.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeQuery(equals === -1 ? pair : pair.slice(0, equals));
    const value = equals === -1 ? '' : decodeQuery(pair.slice(equals + 1));
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return values.size === 0 ? {} : { queryStringParameters: Object.fromEntries(values) };
}

function decodeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function forwardedHeaders(
  { headers, sourceIp, port, receivedMs, requestId }: HttpRequest,
  bodyBytes: number,
): Record<string, string> {
  const forwardedFor = headers['x-forwarded-for'];
  return {
    ...headers,
    'content-length': String(bodyBytes),
    'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? traceId(receivedMs, requestId),
    'x-forwarded-for': forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`,
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
  };
}

function traceId(receivedMs: number, requestId: string): string {
  const id = Buffer.from(requestId).toString('hex').padEnd(24, '0').slice(0, 24);
  return `Root=1-${Math.floor(receivedMs / 1000).toString(16)}-${id}`;
}

/** Text stays text where it is valid UTF-8; anything else would not survive JSON and travels in base64. */
function bodyFields(
  body: Buffer,
  contentType: string | undefined,
): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  if (contentType !== undefined && TEXT_TYPES.test(contentType) && isUtf8(body)) {
    return { body: body.toString('utf8'), isBase64Encoded: false };
  }
  return { body: body.toString('base64'), isBase64Encoded: true };
}
