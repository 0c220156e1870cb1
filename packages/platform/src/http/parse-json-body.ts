import { PlatformError } from '../domain/platform-error.ts';
import type { HttpRequest } from './http-message.ts';

const jsonMediaType = 'application/json';
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Reads the JSON object that a request carries; an empty body is an empty object. The checks go from cheap to
 * dear, and each has its own problem: media type (415), size in decoded bytes (413), encoding and JSON (400).
 *
 * @throws PlatformError `unsupported-media-type`, `body-too-large` or `malformed-body`.
 */
export function parseJsonBody(
  request: HttpRequest,
  bodyLimitBytes: number,
): Readonly<Record<string, unknown>> {
  requireJson(request.headers['content-type']);
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

function requireJson(contentType: string | undefined): void {
  const [mediaType = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const accepted = mediaType.trim() === jsonMediaType && parameters.every(isAcceptedParameter);
  if (accepted) return;
  const given =
    contentType === undefined ? 'has no content type' : `is declared as "${contentType.slice(0, 100)}"`;
  throw new PlatformError(
    'unsupported-media-type',
    `Cannot read the body: it ${given}, ${jsonMediaType} in UTF-8 is needed`,
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
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw malformed('it is not valid JSON', cause);
  }
  if (isObject(value)) return value;
  throw malformed(
    `it is ${Array.isArray(value) ? 'a list' : `the JSON value ${value === null ? 'null' : `of type ${typeof value}`}`}`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(state: string, cause?: unknown): PlatformError {
  return new PlatformError('malformed-body', `Cannot read the body: ${state}, one JSON object is needed`, {
    cause,
  });
}
