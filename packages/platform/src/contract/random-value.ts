import * as z from 'zod/mini';
import type * as core from 'zod/v4/core';
import type { JsonValue } from './json-value.ts';

/** Makes a whole number from 0 to below `limit`. */
export type RandomBelow = (limit: number) => number;

/** Tries at one value: checks of one's own may refuse most of what the type allows. */
const triesMax = 40;

/**
 * Makes a value that a schema takes, small and plain: for examples in documents and for tests with random contents.
 *
 * @param random - decides everything: the same numbers, the same value
 * @returns undefined where none was found, as for a check that hardly anything passes
 */
export function randomValue(schema: core.$ZodType, random: RandomBelow): JsonValue | undefined {
  const described: JsonSchema = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
  });
  for (let tries = 0; tries < triesMax; tries += 1) {
    const value = candidate(described, random);
    if (value !== undefined && z.safeParse(schema, value).success) return value;
  }
  return undefined;
}

type JsonSchema = core.JSONSchema.BaseSchema;
type Part = JsonSchema | boolean | undefined;

function candidate(schema: Part, random: RandomBelow): JsonValue | undefined {
  if (schema === undefined || schema === false) return undefined;
  if (schema === true) return random(100);
  const { const: only, enum: values, anyOf, oneOf, allOf, type } = schema;
  if (only !== undefined) return only;
  if (values !== undefined) return pick(values, random);
  const options = anyOf ?? oneOf ?? allOf;
  if (options !== undefined) return candidate(pick(options, random), random);
  switch (type) {
    case 'string':
      return textOf(schema, random);
    case 'integer':
    case 'number':
      return numberOf(schema, random);
    case 'boolean':
      return random(2) === 1;
    case 'null':
      return null;
    case 'object':
      return objectOf(schema, random);
    case 'array':
      return listOf(schema, random);
    default:
      return schema.not === undefined ? random(100) : undefined;
  }
}

/** Members that may be absent are there every second time. */
function objectOf(schema: JsonSchema, random: RandomBelow): JsonValue | undefined {
  const { properties = {}, required = [], additionalProperties } = schema;
  const members: [string, JsonValue][] = [];
  for (const [name, part] of Object.entries(properties)) {
    const isRequired = required.includes(name);
    if (!isRequired && random(2) === 0) continue;
    const value = candidate(part, random);
    if (value !== undefined) members.push([name, value]);
    else if (isRequired) return undefined;
  }
  const more = typeof additionalProperties === 'object' ? candidate(additionalProperties, random) : undefined;
  return Object.fromEntries(more === undefined ? members : [...members, ['a', more]]);
}

function listOf(schema: JsonSchema, random: RandomBelow): JsonValue | undefined {
  const { prefixItems, items, minItems = 0, maxItems = minItems + 2 } = schema;
  const length = minItems + random(Math.min(3, Math.max(1, maxItems - minItems + 1)));
  const part = Array.isArray(items) ? undefined : items;
  const parts: readonly Part[] = prefixItems ?? Array.from({ length }, () => part);
  const values = parts.map((each) => candidate(each, random)).filter((value) => value !== undefined);
  return values.length === parts.length ? values : undefined;
}

/** Texts by the name of their format in JSON Schema. */
const formats: Readonly<Record<string, (random: RandomBelow) => string>> = {
  email: (random) => `user${random(1_000)}@example.com`,
  uri: (random) => `https://example.com/${random(1_000)}`,
  uuid: (random) => `01a20320-b536-7000-8000-${String(random(1_000_000)).padStart(12, '0')}`,
  'date-time': (random) => `2026-12-01T00:00:${twoDigits(random(60))}.000Z`,
  date: (random) => `2026-12-${twoDigits(1 + random(28))}`,
  time: (random) => `12:00:${twoDigits(random(60))}`,
  ipv4: (random) => `192.0.2.${random(256)}`,
};

const letters = 'abcdefghijklmnopqrstuvwxyz';

function textOf(
  { format = '', minLength = 1, maxLength = minLength + 8 }: JsonSchema,
  random: RandomBelow,
): string {
  const made = formats[format]?.(random);
  if (made !== undefined) return made;
  const length = minLength + random(Math.min(8, Math.max(1, maxLength - minLength + 1)));
  return Array.from({ length }, () => letters[random(letters.length)]).join('');
}

/** Within the bounds, and near the lower one that is given. */
function numberOf(schema: JsonSchema, random: RandomBelow): number {
  const { multipleOf: step = 1, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  const { maximum = Number.MAX_SAFE_INTEGER, minimum = Number.MIN_SAFE_INTEGER } = schema;
  const most = typeof below === 'number' ? Math.min(maximum, below - step) : maximum;
  const given = typeof above === 'number' ? Math.max(minimum, above + step) : minimum;
  const least = given === Number.MIN_SAFE_INTEGER ? Math.min(0, most - 1_000) : given;
  const steps = Math.max(1, Math.floor(Math.min(most - least, 1_000) / step) + 1);
  return Math.ceil(least / step) * step + random(steps) * step;
}

function pick<T>(values: readonly T[], random: RandomBelow): T | undefined {
  return values.length === 0 ? undefined : values[random(values.length)];
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Random numbers that follow from a seed: a linear congruential generator of 48 bits (as in POSIX `drand48`). */
export function randomFrom(seed: number): RandomBelow {
  let state = BigInt(seed) * 65_536n + 13_070n;
  return (limit) => {
    state = (state * 25_214_903_917n + 11n) & 0xffff_ffff_ffffn;
    return Number((state * BigInt(limit)) >> 48n);
  };
}
