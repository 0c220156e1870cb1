import * as z from 'zod/mini';
import { type ExactJson, parseExactJson } from '../contract/exact-json.ts';
import { headerNames } from '../contract/headers.ts';
import type { Issue } from '../contract/json-value.ts';
import { limits } from '../contract/limits.ts';
import { decodePathKey } from '../contract/path-key.ts';
import { probePathPrefix, probeRouteKey, routes } from '../contract/routes.ts';
import type { IdGenerator } from '../domain/clock.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HttpContext, HttpEvent, HttpRequest } from './http-message.ts';
import { readTraceparent } from './trace-context.ts';

const knownRouteKeys: ReadonlySet<string> = new Set(routes.map(({ method, path }) => `${method} ${path}`));

/** What reading a request needs. */
export interface ReadRequestOptions {
  readonly newId: IdGenerator;
  readonly signal: AbortSignal;
}

/** Turns an API Gateway event into a request. Never fails. */
export function readRequest(
  event: HttpEvent,
  context: HttpContext,
  options: ReadRequestOptions,
): HttpRequest {
  const { requestContext, rawPath = '/' } = event;
  const headers = lowerCaseNames(event.headers ?? {});
  const traceparent = readTraceparent(headers[headerNames.traceparent]);
  const caller = requestContext?.authorizer?.iam?.userArn;
  const { subject, owner } = subjectOf(requestContext?.authorizer);
  const stagePrefix = `/${requestContext?.stage ?? '$default'}`;
  return {
    routeKey: contractRouteKey(event.routeKey ?? '$default'),
    method: requestContext?.http?.method ?? '',
    // A stage with a name of its own stands in front of every path, unless a custom domain maps it away.
    path: rawPath.startsWith(`${stagePrefix}/`) ? rawPath.slice(stagePrefix.length) : rawPath,
    headers,
    pathParameters: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    body: { text: event.body ?? '', isBase64: event.isBase64Encoded ?? false },
    correlationId: correlationId(headers[headerNames.correlationId], options.newId),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(caller === undefined || caller === '' ? {} : { caller }),
    ...(subject === undefined ? {} : { subject }),
    ...(owner === undefined ? {} : { owner }),
    requestId: requestContext?.requestId ?? context.awsRequestId ?? '',
    signal: options.signal,
  };
}

// What follows the prefix differs by stack. No line of a function's log has it: its reader could ask in Route 53's place.
function contractRouteKey(routeKey: string): string {
  const isProbe = routeKey.startsWith(`GET ${probePathPrefix}`) && !knownRouteKeys.has(routeKey);
  return isProbe ? probeRouteKey : routeKey;
}

function lowerCaseNames(
  headers: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

// Space to tilde: what a header may carry without an encoding, and what cannot break a line of a log.
const printableAscii = /^[\x20-\x7e]+$/;

type AuthorizerContext = NonNullable<HttpEvent['requestContext']>['authorizer'];

// Subjects are unique for their issuer only (RFC 7519, section 4.1.2).
function subjectOf(authorizer: AuthorizerContext): { readonly subject?: string; readonly owner?: string } {
  const { iss, sub } = authorizer?.jwt?.claims ?? {};
  const { issuer = iss, subject = sub } = authorizer?.lambda ?? {};
  if (typeof subject === 'string') return { subject: `${String(issuer)} ${subject}`, owner: subject };
  // A token without a subject: it is nobody's, which is not the same as none.
  return authorizer?.jwt === undefined && !authorizer?.lambda ? {} : { owner: '' };
}

/**
 * Chooses the correlation id of a request: the caller's when it is 1 to 128 printable ASCII characters, otherwise
 * a new one, so that an id is always safe to log and to send back.
 */
export function correlationId(received: string | undefined, newId: IdGenerator): string {
  const isUsable =
    received !== undefined &&
    received.length <= limits.correlationIdCharactersMax &&
    printableAscii.test(received);
  return isUsable ? received : newId();
}

const jsonMediaType = 'application/json';
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a patch may be declared as: RFC 7396, and what every client sends. */
export const patchMediaTypes: readonly string[] = ['application/merge-patch+json', jsonMediaType];

/**
 * Reads the JSON object that a request carries; an empty body is an empty object. The checks go from cheap to
 * dear, and each has its own problem: media type (415), size in decoded bytes (413), encoding and JSON (400), and what
 * no value of JavaScript would hold as it is written (400).
 *
 * @throws PlatformError `unsupported-media-type`, `unsupported-content-encoding`, `body-too-large`, `malformed-body`, or
 *   `invalid-request` with the path of each member that would be changed.
 */
export function parseJsonBody(
  request: HttpRequest,
  bodyLimitBytes: number,
  mediaTypes: readonly string[] = [jsonMediaType],
): Readonly<Record<string, unknown>> {
  requireJson(request.headers['content-type'], mediaTypes);
  requireNoEncoding(request.headers['content-encoding']);
  const { text, isBase64 } = request.body;
  const sizeBytes = Buffer.byteLength(text, isBase64 ? 'base64' : 'utf8');
  if (sizeBytes > bodyLimitBytes) {
    throw new PlatformError(
      'body-too-large',
      `Cannot accept the body: it has ${sizeBytes} bytes, at most ${bodyLimitBytes} are allowed`,
    );
  }
  const json = isBase64 ? decode(text) : text;
  return json === '' ? {} : parseObject(json);
}

function requireJson(contentType: string | undefined, mediaTypes: readonly string[]): void {
  const [mediaType = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const accepted = mediaTypes.includes(mediaType.trim()) && parameters.every(isAcceptedParameter);
  if (accepted) return;
  const given =
    contentType === undefined ? 'has no content type' : `is declared as "${contentType.slice(0, 100)}"`;
  throw new PlatformError(
    'unsupported-media-type',
    `Cannot read the body: it ${given}, ${mediaTypes.join(' or ')} in UTF-8 is needed`,
  );
}

function requireNoEncoding(contentEncoding: string | undefined): void {
  const codings = (contentEncoding ?? '').split(',').map((coding) => coding.trim());
  if (codings.every((coding) => coding === '' || coding.toLowerCase() === 'identity')) return;
  throw new PlatformError(
    'unsupported-content-encoding',
    `Cannot read the body: its content encoding is "${codings.join(', ').slice(0, 100)}". Send it uncompressed`,
  );
}

// JSON has no parameters; a charset is tolerated when it says what JSON is anyway (RFC 8259, sections 8.1 and 11).
function isAcceptedParameter(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=').map((part) => part.trim());
  return name !== 'charset' || /^"?utf-?8"?$/.test(value);
}

function decode(text: string): string {
  if (!base64.test(text)) throw malformed('it is not valid base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'base64'));
  } catch (cause) {
    throw malformed('it is not valid UTF-8', cause);
  }
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  const { value, issues } = readExactly(json);
  if (issues.length > 0) throw refused('body', issues);
  if (isObject(value)) return value;
  throw malformed(
    `it is ${Array.isArray(value) ? 'a list' : `the JSON value ${value === null ? 'null' : `of type ${typeof value}`}`}`,
  );
}

function readExactly(json: string): ExactJson {
  try {
    return parseExactJson(json);
  } catch (cause) {
    throw malformed('it is not valid JSON', cause);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(state: string, cause?: unknown): PlatformError {
  return new PlatformError('malformed-body', `Cannot read the body: ${state}, one JSON object is needed`, {
    cause,
  });
}

/**
 * Reads a value by a schema of the contract.
 *
 * @param part - which part of the request it is, for the message: `body` or `query string`
 * @throws PlatformError `invalid-request` with the path of each issue.
 */
export function parseWith<S extends z.ZodMiniType>(schema: S, value: unknown, part: string): z.output<S> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw refused(part, result.error.issues.slice(0, limits.issuesMax).map(toIssue));
}

/** The problem for a part of a request that is refused; its message names the first issue. */
export function refused(part: string, issues: readonly Issue[]): PlatformError {
  const summary = issues
    .slice(0, 1)
    .map(({ path, message }) => `${jsonPointer(path)} ${message}`.trimStart());
  return new PlatformError('invalid-request', `Cannot accept the ${part}: ${summary.join()}`, { issues });
}

/**
 * Reads the keys in a request's path by a schema of the contract.
 *
 * @throws PlatformError `invalid-request` with the path of each issue
 */
export function parsePath<S extends z.ZodMiniType>(
  schema: S,
  { pathParameters }: Pick<HttpRequest, 'pathParameters'>,
): z.output<S> {
  return parseWith(schema, pathKeys({ pathParameters }), 'path');
}

/**
 * Reads the keys in a request's path.
 *
 * @throws PlatformError `invalid-request` for one that no key is written like
 */
export function pathKeys({
  pathParameters,
}: Pick<HttpRequest, 'pathParameters'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(pathParameters).map(([name, segment = '']) => {
      const key = decodePathKey(segment);
      if (key !== undefined) return [name, key];
      const message =
        'must have two hex digits after each "~", which together are UTF-8; "~" itself is "~7E"';
      throw refused('path', [{ path: [name], message }]);
    }),
  );
}

// JSON has no symbols, so a path through JSON has none either.
function toIssue({ path, message }: z.core.$ZodIssue): Issue {
  return { path: path.filter((segment) => typeof segment !== 'symbol'), message };
}

/** Writes a path as a JSON Pointer (RFC 6901): `['data', 'a/b', 0]` is `/data/a~1b/0`, the whole is ``. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
