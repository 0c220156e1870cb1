/** What the access log of an HTTP API can say about a request. Absent values are written as `-`. */
export type AccessLogContext = Readonly<Record<string, string | number | undefined>>;

const VARIABLE = /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)/g;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Fills the `$context.*` variables of an access log format. In a JSON format a value is escaped as the inside of
 * a string, so that no request can break the line or forge another one; elsewhere control characters are.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function accessLogLine(format: string, context: AccessLogContext): string {
  return format.replaceAll(VARIABLE, (_, name: string) => {
    const value = context[name];
    if (value === undefined || value === '') return '-';
    return typeof value === 'number' ? String(value) : escapeValue(value, format);
  });
}

/** A time as API Gateway writes it in `requestTime` and in events: `22/Nov/2026:17:00:00 +0000`. */
export function requestTime(epochMs: number): string {
  const at = new Date(epochMs);
  const day = String(at.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000`;
}

function escapeValue(value: string, format: string): string {
  const escaped = JSON.stringify(value).slice(1, -1);
  return format.trimStart().startsWith('{')
    ? escaped
    : escaped.replaceAll('\\"', '"').replaceAll('\\\\', '\\');
}
