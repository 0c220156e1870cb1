import * as z from 'zod/mini';
import type { Entity } from '../contract/entity.ts';
import { type Issue, isJsonObject, type JsonValue } from '../contract/json-value.ts';
import { mergePatch } from '../contract/merge-patch.ts';
import type { Fields } from './entity-keys.ts';

/** Fields as their schema takes them, or what it refuses. */
export type ReadFields =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Reads fields that a caller gives: as the schema takes them, with its defaults, and nothing beside, at any depth.
 */
export function acceptFields(entity: Pick<Entity, 'name' | 'schema'>, given: JsonValue): ReadFields {
  const read = readFields(entity, given);
  if (!read.ok) return read;
  const issues = unknownMembers(given, read.fields, entity.name);
  return issues.length === 0 ? read : { ok: false, issues };
}

/**
 * Reads fields that are stored, perhaps by another version of the schema: what it does not know is left out, what it has
 * added gets its default.
 */
export function readFields({ schema }: Pick<Entity, 'schema'>, stored: JsonValue | undefined): ReadFields {
  const result = z.safeParse(schema, stored ?? {});
  if (result.success) return { ok: true, fields: withoutUndefined(result.data) as Fields };
  return {
    ok: false,
    issues: result.error.issues.map(({ path, message }) => ({ path: path.filter(isStep), message })),
  };
}

/**
 * Changes stored fields by a JSON Merge Patch (RFC 7396). What is stored and unknown to this version of the schema stays.
 */
export function patchFields(
  entity: Pick<Entity, 'name' | 'schema'>,
  stored: JsonValue | undefined,
  patch: JsonValue,
): ReadFields {
  const merged = mergePatch(stored ?? {}, patch);
  const read = readFields(entity, merged);
  if (!read.ok) return read;
  const issues = unknownMembers(withoutNulls(patch), read.fields, entity.name);
  return issues.length > 0
    ? { ok: false, issues }
    : { ok: true, fields: overlay(merged, read.fields) as Fields };
}

/** Members of what is stored that this version of the schema does not know, at any depth of objects. */
export function unknownFields(stored: JsonValue, read: JsonValue): Fields {
  if (!isJsonObject(stored) || !isJsonObject(read)) return {};
  return Object.fromEntries(
    Object.entries(stored).flatMap(([name, value]) => {
      if (!Object.hasOwn(read, name)) return [[name, value]];
      const inner = unknownFields(value, read[name] ?? null);
      return Object.keys(inner).length > 0 ? [[name, inner]] : [];
    }),
  );
}

/** What was read laid over what is stored, so that members unknown to the schema stay where they are. */
export function overlay(stored: JsonValue, read: JsonValue): JsonValue {
  if (Array.isArray(stored) && Array.isArray(read) && stored.length === read.length)
    return read.map((value, at) => overlay(stored[at] ?? null, value));
  if (!isJsonObject(stored) || !isJsonObject(read)) return read;
  const laid = new Map(Object.entries(stored));
  for (const [name, value] of Object.entries(read)) laid.set(name, overlay(laid.get(name) ?? null, value));
  return Object.fromEntries(laid);
}

function unknownMembers(
  given: JsonValue,
  read: JsonValue,
  name: string,
  path: readonly (string | number)[] = [],
): Issue[] {
  if (Array.isArray(given) && Array.isArray(read))
    return given.flatMap((value, at) => unknownMembers(value, read[at] ?? null, name, [...path, at]));
  if (!isJsonObject(given) || !isJsonObject(read)) return [];
  return Object.entries(given).flatMap(([member, value]) => {
    const at = [...path, member];
    const known = Object.hasOwn(read, member) ? read[member] : undefined;
    if (known === undefined) return [{ path: at, message: `is no field of "${name}"` }];
    return unknownMembers(value, known, name, at);
  });
}

// JSON has no undefined: an optional member that is not there is not there.
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]));
}

function withoutNulls(patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const members = Object.entries(patch).filter(([, value]) => value !== null);
  return Object.fromEntries(members.map(([name, value]) => [name, withoutNulls(value)]));
}

function isStep(step: PropertyKey): step is string | number {
  return typeof step !== 'symbol';
}
