import { isRecord, type JsonScalar, type JsonValue } from '../json-value.ts';

/** Tells whether one leaf of an event matches; `undefined` where the event has no such leaf. */
export type FilterRule = (leaf: JsonScalar | undefined) => boolean;

/** A filter pattern that Lambda would refuse. The message names the part that is wrong. */
export class FilterPatternError extends Error {
  override readonly name = 'FilterPatternError';
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** The comparisons of https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html, by name. */
const OPERATORS: Readonly<Record<string, (argument: JsonValue, path: string) => FilterRule>> = {
  prefix: (argument, path) => textRule(argument, path, (text, start) => text.startsWith(start)),
  suffix: (argument, path) => textRule(argument, path, (text, end) => text.endsWith(end)),
  'equals-ignore-case': (argument, path) => {
    const wanted = textOf(argument, path).toLowerCase();
    return (leaf) => typeof leaf === 'string' && leaf.toLowerCase() === wanted;
  },
  exists: (argument, path) => {
    if (typeof argument !== 'boolean') throw wrong(path, 'takes true or false');
    return (leaf) => (leaf !== undefined) === argument;
  },
  numeric: numericRule,
  'anything-but': anythingBut,
};

/**
 * Compiles one element of a pattern's list: a literal, or an object with one comparison.
 *
 * @throws {FilterPatternError} for what Lambda does not know
 */
export function compileRule(rule: JsonValue, path: string): FilterRule {
  if (Array.isArray(rule)) throw wrong(path, 'holds a list within a list');
  if (!isRecord(rule)) return (leaf) => leaf === rule;
  const [entry, ...others] = Object.entries(rule);
  if (entry === undefined || others.length > 0) throw wrong(path, 'needs one comparison in an object');
  const [name, argument] = entry;
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator !== undefined) return operator(argument, `${path}.${name}`);
  throw wrong(path, `has the comparison "${name}", known are ${Object.keys(OPERATORS).join(', ')}`);
}

/** The error of a place in a pattern. */
export function wrong(path: string, what: string): FilterPatternError {
  return new FilterPatternError(`${path === '' ? 'the pattern' : path} ${what}`);
}

function textRule(
  argument: JsonValue,
  path: string,
  compare: (text: string, part: string) => boolean,
): FilterRule {
  if (isRecord(argument) && Object.keys(argument).join() === 'equals-ignore-case') {
    const part = textOf(argument['equals-ignore-case'] ?? null, path).toLowerCase();
    return (leaf) => typeof leaf === 'string' && compare(leaf.toLowerCase(), part);
  }
  const part = textOf(argument, path);
  return (leaf) => typeof leaf === 'string' && compare(leaf, part);
}

/** Numbers only: DynamoDB writes the numbers of an item as texts, which these comparisons never match. */
function numericRule(argument: JsonValue, path: string): FilterRule {
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 !== 0)
    throw wrong(path, 'takes a list of comparisons and numbers, such as [">", 0, "<=", 5]');
  const terms: ((value: number) => boolean)[] = [];
  for (let index = 0; index < argument.length; index += 2) {
    const [sign, limit] = [argument[index], argument[index + 1]];
    const compare = typeof sign === 'string' ? COMPARISONS[sign] : undefined;
    if (compare === undefined || typeof limit !== 'number')
      throw wrong(
        path,
        `has ${JSON.stringify(sign)} ${JSON.stringify(limit)}, a comparison and a number are needed`,
      );
    terms.push((value) => compare(value, limit));
  }
  return (leaf) => typeof leaf === 'number' && terms.every((term) => term(leaf));
}

/** Everything but one value, the values of a list, or what another comparison matches. The leaf must be there. */
function anythingBut(argument: JsonValue, path: string): FilterRule {
  const excluded = exclusionsOf(argument, path);
  return (leaf) => leaf !== undefined && !excluded.some((rule) => rule(leaf));
}

function exclusionsOf(argument: JsonValue, path: string): FilterRule[] {
  if (!isRecord(argument)) {
    const values = Array.isArray(argument) ? argument : [argument];
    if (values.length === 0) throw wrong(path, 'needs a value');
    return values.map((value) => {
      if (typeof value !== 'string' && typeof value !== 'number')
        throw wrong(path, `excludes ${JSON.stringify(value)}, texts and numbers can be excluded`);
      return compileRule(value, path);
    });
  }
  return Object.entries(argument).flatMap(([name, part]) => {
    if (!['prefix', 'suffix', 'equals-ignore-case'].includes(name))
      throw wrong(path, `has the comparison "${name}", known are prefix, suffix, equals-ignore-case`);
    const parts: readonly JsonValue[] = Array.isArray(part) ? part : [part];
    return parts.map((one) => compileRule({ [name]: one }, path));
  });
}

function textOf(argument: JsonValue, path: string): string {
  if (typeof argument === 'string') return argument;
  throw wrong(path, `takes a text, ${JSON.stringify(argument)} is given`);
}
