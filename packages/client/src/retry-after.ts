/**
 * Reads how long an answer asks to wait (RFC 9110, section 10.2.3): seconds, or a date, which counts from the answer's own
 * `date` so that no clock of ours has to be right.
 *
 * @param headers - names in lower case
 * @returns milliseconds, 0 when the answer asks for nothing that can be understood
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const delayMs = Date.parse(value) - Date.parse(headers.date ?? '');
  return Number.isFinite(delayMs) ? Math.max(0, delayMs) : 0;
}
