import type { JsonValue } from '@gsp/platform/contract';

/** Whether two values are the same as JSON: members in any order, a missing value only like a missing one. */
export function sameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => sameMember(name, { one, other }))
  );
}

function sameMember(name: string, { one, other }: { readonly one: object; readonly other: object }): boolean {
  const member = (value: object): JsonValue | undefined =>
    Object.hasOwn(value, name) ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
  return Object.hasOwn(other, name) && sameJson(member(one), member(other));
}
