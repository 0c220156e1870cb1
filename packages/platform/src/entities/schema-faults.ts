import * as z from 'zod/mini';
import type { Entity } from '../contract/entity.ts';
import { randomFrom, randomValue } from '../contract/random-value.ts';

/** Values of a schema that are tried: enough to meet each member and each of its kinds. */
const VALUES = 40;

/**
 * Finds what keeps a schema from being kept: a kind of value that JSON does not carry, and a parse that changes what it has
 * parsed before, by which every write of what was read would change an item.
 */
export function schemaFaults({ schema }: Pick<Entity, 'schema'>): readonly string[] {
  try {
    z.toJSONSchema(schema, { io: 'output' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return [
      `schema: JSON cannot carry what it makes (${why}). Use text, numbers, truth values, lists and objects.`,
    ];
  }
  for (let seed = 1; seed <= VALUES; seed += 1) {
    const value = randomValue(schema, randomFrom(seed));
    const once = z.safeParse(schema, value);
    const twice = once.success ? z.safeParse(schema, once.data) : once;
    if (!once.success || (twice.success && textOf(twice.data) === textOf(once.data))) continue;
    const said = `${textOf(value)} becomes ${textOf(once.data)}, and that ${twice.success ? textOf(twice.data) : 'is refused'}`;
    return [`schema: a second parse differs from the first (${said}). Take out what changes values.`];
  }
  return [];
}

/** JSON with members in the order of their names. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
