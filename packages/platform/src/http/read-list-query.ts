import type { HttpRequest } from './http-message.ts';

/** Reads the query of a list. It is text; what does not look like a number is left for the schema to refuse. */
export function readListQuery({ query }: HttpRequest): Record<string, unknown> {
  const { limit, ...rest } = query;
  return { ...rest, limit: limit !== undefined && /^\d{1,9}$/.test(limit) ? Number(limit) : limit };
}
