import { isObject } from '../item/attribute-value.ts';

/** Where a reader is in a table's stream. Handed out as an opaque text, since a reader must not build its own. */
export interface ShardIterator {
  readonly tableName: string;
  /** Everything up to and including this sequence was read. */
  readonly position: number;
  readonly issuedAtMs: number;
}

/** The iterator as a client holds it. */
export function toShardIterator({ tableName, position, issuedAtMs }: ShardIterator): string {
  return Buffer.from(JSON.stringify([tableName, position, issuedAtMs])).toString('base64url');
}

/** Reads an iterator back; nothing when it is not one of `toShardIterator`. */
export function fromShardIterator(text: unknown): ShardIterator | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || isObject(parsed)) return undefined;
    const [tableName, position, issuedAtMs] = parsed;
    if (typeof tableName !== 'string' || !Number.isSafeInteger(position) || typeof issuedAtMs !== 'number')
      return undefined;
    return { tableName, position, issuedAtMs };
  } catch {
    return undefined;
  }
}
