import type { JsonValue } from '@gsp/platform/contract';

/** Whether something is an object with members, as JSON has them: neither null nor a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads JSON; undefined for any other text. */
export function readJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a JSON object; undefined for any other text. */
export function readJsonObject(text: string): Readonly<Record<string, JsonValue>> | undefined {
  const value = readJson(text);
  return isRecord(value) ? value : undefined;
}
