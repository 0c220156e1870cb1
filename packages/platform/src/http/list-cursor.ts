import { limits } from '../contract/limits.ts';
import type { Page } from '../domain/page-builder.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HttpRequest } from './http-message.ts';

/**
 * Writes a position in a list as a cursor: opaque to callers, safe in a URL, and of use in this list only. It is longer
 * than the position by a third: a record of another program may have the longest keys that there are.
 *
 * @param list - name of the list, for example `items:demo`
 * @param position - where the next page starts, not empty
 */
export function encodeCursor(list: string, position: string): string {
  return Buffer.concat([checksum(list, position), Buffer.from(position)]).toString('base64url');
}

/**
 * Reads the position out of a cursor.
 *
 * @param bytesMax - longest position that the list can have given out: a sort key, unless the list says otherwise
 * @throws PlatformError `invalid-cursor` when it was damaged or made for another list.
 */
export function decodeCursor(
  list: string,
  cursor: string,
  bytesMax: number = limits.sortKeyBytesMax,
): string {
  if (cursor.length <= limits.cursorCharactersMax) {
    const bytes = Buffer.from(cursor, 'base64url').subarray(checksumBytes);
    const position = bytes.toString('utf8');
    const isPossible = bytes.length > 0 && bytes.length <= bytesMax;
    // Only the very text that was given out is taken back: this covers the checksum, the list, and base64's spare
    // bits and padding at once.
    if (isPossible && encodeCursor(list, position) === cursor) return position;
  }
  throw new PlatformError(
    'invalid-cursor',
    'Cannot go on in the list: the cursor is damaged or belongs to another list',
  );
}

/** What every list's answer has besides its entries. */
export function pageMembers(list: string, { unreadable, next }: Page<unknown>) {
  return {
    ...(unreadable.length === 0 ? {} : { unreadable: [...unreadable] }),
    ...(next === undefined ? {} : { cursor: encodeCursor(list, next) }),
  };
}

const checksumBytes = 4;

/**
 * FNV-1a, 32 bits (RFC 9923), over the list and the position. It finds damage and mix-ups; it is no signature, and
 * none is needed: a forged cursor names a position in a list that its maker may read anyway.
 */
function checksum(list: string, position: string): Buffer {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${list}\n${position}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  const bytes = Buffer.alloc(checksumBytes);
  bytes.writeUInt32BE(hash >>> 0);
  return bytes;
}

/** Reads the query of a list. It is text; what does not look like a number is left for the schema to refuse. */
export function readListQuery({ query }: HttpRequest): Record<string, unknown> {
  const { limit, ...rest } = query;
  return { ...rest, limit: limit !== undefined && /^\d{1,9}$/.test(limit) ? Number(limit) : limit };
}
