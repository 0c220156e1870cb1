import { isRecord, type JsonObject, type JsonScalar, type JsonValue } from '../json-value.ts';
import { compileRule, type FilterRule, wrong } from './filter-rule.ts';

/** One filter of an event source mapping, as parsed JSON: it has the shape of the event, with lists as its leaves. */
export type FilterPattern = JsonObject;

/** Tells whether an event matches a pattern. */
export type EventMatcher = (event: JsonObject) => boolean;

type Matcher = (value: JsonValue | undefined) => boolean;

const OR = '$or';

/**
 * Compiles a pattern of Lambda's event filtering. Every field of the pattern must match; within a list one element
 * must. `exists` and all other comparisons see leaves only: a field that holds an object has no leaf of its own, so
 * `exists: false` is true of it, as on AWS.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 *
 * @throws {FilterPatternError} for a pattern that Lambda would refuse
 */
export function compilePattern(pattern: FilterPattern): EventMatcher {
  return compileObject(pattern, '');
}

function compileObject(pattern: JsonObject, path: string): Matcher {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw wrong(path, 'is empty, a field is needed');
  const matchers = fields.map(([name, part]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return name === OR && isAlternatives(part) ? compileAlternatives(part, at) : compileField(name, part, at);
  });
  return (value) => {
    // An element of a list that matches must match by itself, not together with its neighbours.
    if (Array.isArray(value)) return value.some((element) => matchers.every((matches) => matches(element)));
    return matchers.every((matches) => matches(value));
  };
}

function compileField(name: string, part: JsonValue, path: string): Matcher {
  const matches = Array.isArray(part) ? compileLeaf(part, path) : compileNested(part, path);
  return (value) => matches(isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined);
}

function compileNested(part: JsonValue, path: string): Matcher {
  if (isRecord(part)) return compileObject(part, path);
  throw wrong(path, `is ${JSON.stringify(part)}, a list or an object is needed`);
}

function compileLeaf(rules: readonly JsonValue[], path: string): Matcher {
  if (rules.length === 0) throw wrong(path, 'is an empty list, a value is needed');
  const compiled = rules.map((rule) => compileRule(rule, path));
  return (value) => leavesOf(value).some((leaf) => compiled.some((rule: FilterRule) => rule(leaf)));
}

/** The leaves at a place of an event: of a list its scalars, of an object none. */
function leavesOf(value: JsonValue | undefined): readonly (JsonScalar | undefined)[] {
  if (Array.isArray(value)) {
    const scalars = value.filter((element) => !Array.isArray(element) && !isRecord(element));
    return scalars.length === 0 ? [undefined] : (scalars as readonly JsonScalar[]);
  }
  return [isRecord(value) ? undefined : (value as JsonScalar | undefined)];
}

function isAlternatives(part: JsonValue): part is readonly JsonObject[] {
  return Array.isArray(part) && part.length > 0 && part.every(isRecord);
}

function compileAlternatives(parts: readonly JsonObject[], path: string): Matcher {
  const alternatives = parts.map((part) => compileObject(part, path));
  return (value) => alternatives.some((matches) => matches(value));
}
