import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isRecord } from '../json-value.ts';
import { type GatewayResponse, gatewayError } from './gateway-response.ts';

/** Headers that belong to the connection: what an integration says about them is not passed on. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Turns what a function answered into an HTTP answer, by the rules of payload format 2.0: an object with a
 * `statusCode` is taken apart, anything else becomes the body of a 200 with content type `application/json`.
 * An answer that is malformed is a 500, and the access log says why.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.v2
 *
 * @param payload the function's answer as JSON text
 */
export function mapResponse(payload: string): GatewayResponse {
  const answer: unknown = JSON.parse(payload);
  if (!isRecord(answer) || answer.statusCode === undefined) {
    const body = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body };
  }
  try {
    return {
      status: statusOf(answer.statusCode),
      headers: headersOf(answer.headers),
      cookies: cookiesOf(answer.cookies),
      body: bodyOf(answer.body, answer.isBase64Encoded),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return gatewayError('integrationFailure', {
      integrationError: `Cannot map the function's answer to HTTP: ${reason}`,
    });
  }
}

function statusOf(value: unknown): number {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new TypeError(`statusCode is ${JSON.stringify(value)}, it must be a number from 200 to 599`);
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (value !== undefined && value !== null && !isRecord(value))
    throw new TypeError('headers must be an object');
  for (const [name, raw] of Object.entries(value ?? {})) {
    if (raw === null || raw === undefined || CONNECTION_HEADERS.has(name.toLowerCase())) continue;
    if (typeof raw === 'object') throw new TypeError(`header ${name} must be a string`);
    validateHeaderName(name);
    validateHeaderValue(name, String(raw));
    headers[name.toLowerCase()] = String(raw);
  }
  return { 'content-type': 'text/plain;charset=UTF-8', ...headers };
}

function cookiesOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new TypeError('cookies must be a list of strings');
  return value.map((cookie: unknown) => {
    if (typeof cookie !== 'string') throw new TypeError('cookies must be a list of strings');
    validateHeaderValue('set-cookie', cookie);
    return cookie;
  });
}

function bodyOf(value: unknown, isBase64Encoded: unknown): string | Buffer {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new TypeError('body must be a string');
  return isBase64Encoded === true ? Buffer.from(value, 'base64') : value;
}
