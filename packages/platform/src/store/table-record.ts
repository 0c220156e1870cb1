import type { ItemKey } from '../contract/item.ts';

/** A stored record by its attributes' names, with values of JavaScript. */
export type TableRecord = Readonly<Record<string, unknown>>;

/** Stands for what JSON has no value for: sets and binary. Nothing that checks a value takes it for one. */
export const noJsonValue = Symbol('no JSON value');

/**
 * Reads attributes as DynamoDB sends them, type by type (`{"S":"x"}`): in stream records, and in errors, which the
 * document client leaves as they are. It gives what the document client would, numbers as doubles, but
 * {@link noJsonValue} for sets and binary.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 *
 * @returns undefined when it is no map of attributes
 */
export function readAttributes(attributes: unknown): TableRecord | undefined {
  if (typeof attributes !== 'object' || attributes === null) return undefined;
  // Built of entries, not by assignment: a member may be called `__proto__`.
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, readValue(value)]));
}

// The depth is bounded by DynamoDB: 32 levels.
function readValue(attribute: unknown): unknown {
  const [type, value] = Object.entries(attribute ?? {})[0] ?? [];
  switch (type) {
    case 'S':
    case 'BOOL':
      return value;
    case 'N':
      return Number(value);
    case 'NULL':
      return null;
    case 'L':
      return Array.isArray(value) ? value.map(readValue) : noJsonValue;
    case 'M':
      return readAttributes(value) ?? noJsonValue;
    default:
      return noJsonValue;
  }
}

/**
 * Rebuilds a JSON value with maps in place of objects. The document client chooses an attribute's type by
 * `value.constructor`, which a caller can name in JSON: `{"constructor":{"name":"Set"}}` as a plain object would
 * be taken for a set. Members that are undefined are left out.
 */
export function toMarshallable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMarshallable);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return new Map(members.map(([name, member]) => [name, toMarshallable(member)]));
}

/** Makes of `read` one that tells `onForeignRecord` of each record that it finds to be none of its kind. */
export function reporting<T>(
  read: (record: TableRecord) => T | undefined,
  onForeignRecord: (key: ItemKey) => void,
): (record: TableRecord) => T | undefined {
  return (record) => {
    const value = read(record);
    if (value === undefined) onForeignRecord({ pk: String(record.pk), sk: String(record.sk) });
    return value;
  };
}

/** Writes a time in milliseconds since 1970 so that text sorts as time does, until the year 2286. */
export function timeText(atMs: number): string {
  return String(Math.max(0, atMs)).padStart(13, '0');
}
