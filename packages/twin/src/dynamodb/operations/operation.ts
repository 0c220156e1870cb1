import type { JsonObject } from '../engine/engine-client.ts';
import type { WriteContext } from '../write/write-context.ts';

/**
 * One operation of the DynamoDB API: request body in, answer body out. Stored items in the answer may still
 * carry the hidden stamp; it is taken out of every answer and error in one place, by `hideInternals`.
 */
export type Operation<Context = WriteContext> = (
  context: Context,
  request: JsonObject,
) => Promise<JsonObject>;

/** The request without some of its parameters. */
export function withoutParameters(request: JsonObject, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !names.includes(name)));
}
