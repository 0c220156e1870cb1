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
