import { limits } from './limits.ts';

/** A value that JSON can express. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Whether a value is an object with members: neither null nor a list. */
export function isJsonObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One issue in a value: where it is, and what is needed there. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

// DynamoDB's numbers: 38 digits, and magnitudes in this range. A double has 17 digits, so only the range matters.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const magnitudeMin = 1e-130;
const magnitudeLimit = 1e126;

// An attribute name has at most 65,535 bytes; a character has at most four.
const nameCharactersMax = 16_000;

const loneSurrogate = /\p{Surrogate}/u;

/**
 * Names what keeps a value from being sent as JSON, stored in DynamoDB and read back exactly: what is no JSON value (a
 * `Map`, a `Date`, an instance of a class, undefined in a list), nesting deeper than `limits.dataDepthMax`, numbers out of
 * range, whole numbers beyond 2^53-1, names that are empty, too long or lost by JavaScript, strings with half a surrogate
 * pair. Numbers are doubles, as in RFC 7493, section 2.2; minus zero is zero.
 *
 * @returns the first issues in document order, at most `limits.issuesMax`; none when the value can be kept.
 */
export function findUnstorable(value: unknown): readonly Issue[] {
  const issues: Issue[] = [];
  collectIssues(value, [], { issues, numberIssue: writtenNumberIssue });
  return issues;
}

/**
 * Tells whether a value can be what {@link findUnstorable} has let pass, in this version or in an earlier one: those took
 * whole numbers beyond 2^53-1.
 */
export function isStorable(value: unknown): boolean {
  const issues: Issue[] = [];
  collectIssues(value, [], { issues, numberIssue: storedNumberIssue });
  return issues.length === 0;
}

interface Findings {
  readonly issues: Issue[];
  readonly numberIssue: (value: number) => string | undefined;
}

// Recursion is bounded: it stops one level below the deepest allowed one.
function collectIssues(value: unknown, path: readonly (string | number)[], findings: Findings): void {
  const { issues, numberIssue } = findings;
  if (issues.length >= limits.issuesMax) return;
  const leaf = typeof value === 'number' ? numberIssue(value) : leafIssue(value);
  const message = leaf ?? (path.length >= limits.dataDepthMax ? depthIssue(value) : undefined);
  if (message !== undefined) {
    issues.push({ path, message });
  } else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) collectIssues(element, [...path, index], findings);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      // JSON leaves such a member out, whoever writes it; nothing of it is changed.
      if (member === undefined) continue;
      const issue = nameIssue(name);
      if (issue === undefined) collectIssues(member, [...path, name], findings);
      else if (issues.length < limits.issuesMax) issues.push({ path: [...path, name], message: issue });
    }
  }
}

function leafIssue(value: unknown): string | undefined {
  switch (typeof value) {
    case 'boolean':
      return undefined;
    case 'object':
      return isPlain(value) ? undefined : 'must be a JSON value: a list, or an object without a class';
    case 'string':
      return loneSurrogate.test(value)
        ? 'must be well-formed Unicode, without half a surrogate pair'
        : undefined;
    default:
      return 'must be a JSON value';
  }
}

// A plain object may be one of another realm, a frame or a `vm` context, whose `Object.prototype` is not this one's.
function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** From here on JavaScript writes whole numbers with an exponent, as no counter or id is written. */
const exponentForm = 1e21;

/** What is said of a number for which {@link isInexactWhole} holds. */
export const wholeNumberRule = `must be a whole number of at most ${Number.MAX_SAFE_INTEGER}`;

/** Tells whether a number reads as a whole one that may have been another before it became a double (RFC 7493, 2.2). */
export function isInexactWhole(value: number): boolean {
  const magnitude = Math.abs(value);
  return magnitude > Number.MAX_SAFE_INTEGER && magnitude < exponentForm;
}

function writtenNumberIssue(value: number): string | undefined {
  return isInexactWhole(value) ? `${wholeNumberRule}, or a string` : storedNumberIssue(value);
}

function storedNumberIssue(value: number): string | undefined {
  const magnitude = Math.abs(value);
  const inRange = magnitude === 0 || (magnitude >= magnitudeMin && magnitude < magnitudeLimit);
  return inRange ? undefined : 'must be 0, or a number of magnitude 1e-130 to below 1e126';
}

function depthIssue(value: unknown): string | undefined {
  const isContainer = typeof value === 'object' && value !== null;
  return isContainer
    ? `must not nest lists and objects deeper than ${limits.dataDepthMax} levels`
    : undefined;
}

function nameIssue(name: string): string | undefined {
  if (name === '') return 'must not have an empty name';
  if (name.length > nameCharactersMax)
    return `must not have a name longer than ${nameCharactersMax} characters`;
  if (loneSurrogate.test(name)) return 'must have a name of well-formed Unicode';
  // An assignment to this name sets the prototype: SDK and callers alike would lose the value without a word.
  if (name === '__proto__') return 'must not have the name "__proto__"';
  return undefined;
}
