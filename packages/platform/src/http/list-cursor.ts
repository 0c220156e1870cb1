import { limits } from '../contract/limits.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HttpRequest } from './http-message.ts';

/**
 * Writes a position in a list as a cursor: opaque to callers, safe in a URL, and of use in this list only.
 *
 * @param list - name of the list, for example `items:demo`
 * @param position - sort key after which the next page starts
 */
export function encodeCursor(list: string, position: string): string {
  return Buffer.from(JSON.stringify([position, checksum(list, position)])).toString('base64url');
}

/**
 * Reads the position out of a cursor.
 *
 * @throws PlatformError `invalid-cursor` when it was damaged or made for another list.
 */
export function decodeCursor(list: string, cursor: string): string {
  const position = cursor.length <= limits.cursorCharactersMax ? readPosition(cursor) : undefined;
  // Only the very text that was given out is taken back: this covers the checksum, the list, and base64's spare
  // bits and padding at once.
  if (position !== undefined && encodeCursor(list, position) === cursor) return position;
  throw new PlatformError(
    'invalid-cursor',
    'Cannot go on in the list: the cursor is damaged or belongs to another list',
  );
}

function readPosition(cursor: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const position: unknown = Array.isArray(payload) ? payload[0] : undefined;
    return typeof position === 'string' ? position : undefined;
  } catch {
    // Not JSON: nothing of ours, and all that there is to know.
    return undefined;
  }
}

/**
 * FNV-1a, 32 bits (RFC 9923), over the list and the position. It finds damage and mix-ups; it is no signature, and
 * none is needed: a forged cursor names a position in a list that its maker may read anyway.
 */
function checksum(list: string, position: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${list}\n${position}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Reads the query of a list. It is text; what does not look like a number is left for the schema to refuse. */
export function readListQuery({ query }: HttpRequest): Record<string, unknown> {
  const { limit, ...rest } = query;
  return { ...rest, limit: limit !== undefined && /^\d{1,9}$/.test(limit) ? Number(limit) : limit };
}
