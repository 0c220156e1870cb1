/** Writes a record as DynamoDB sends it, attribute by attribute (`{"S":"x"}`): in stream records and in errors. */
export function toAttributes(record: Iterable<readonly [string, unknown]>): Record<string, object> {
  return Object.fromEntries([...record].map(([name, value]) => [name, toAttribute(value)]));
}

function toAttribute(value: unknown): object {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (value instanceof Map) return { M: toAttributes(value) };
  return { M: toAttributes(Object.entries(value as object)) };
}
