import { limits } from './limits.ts';

/** A value that JSON can express. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

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
 * Names what keeps a parsed JSON value from being stored in DynamoDB and read back exactly: nesting deeper than
 * `limits.dataDepthMax`, numbers out of range, names that are empty, too long or lost by JavaScript, strings
 * with half a surrogate pair. Numbers are doubles, as in RFC 7493, section 2.2.
 *
 * @returns the first issues in document order, at most `limits.issuesMax`; none when the value can be kept.
 */
export function findUnstorable(value: unknown): readonly Issue[] {
  const issues: Issue[] = [];
  collectIssues(value, [], issues);
  return issues;
}

// Recursion is bounded: it stops one level below the deepest allowed one.
function collectIssues(value: unknown, path: readonly (string | number)[], issues: Issue[]): void {
  if (issues.length >= limits.issuesMax) return;
  const message = leafIssue(value) ?? (path.length >= limits.dataDepthMax ? depthIssue(value) : undefined);
  if (message !== undefined) {
    issues.push({ path, message });
  } else if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) collectIssues(element, [...path, index], issues);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const issue = nameIssue(name);
      if (issue === undefined) collectIssues(member, [...path, name], issues);
      else if (issues.length < limits.issuesMax) issues.push({ path: [...path, name], message: issue });
    }
  }
}

function leafIssue(value: unknown): string | undefined {
  switch (typeof value) {
    case 'boolean':
    case 'object':
      return undefined;
    case 'string':
      return loneSurrogate.test(value)
        ? 'must be well-formed Unicode, without half a surrogate pair'
        : undefined;
    case 'number':
      return numberIssue(value);
    default:
      return 'must be a JSON value';
  }
}

function numberIssue(value: number): string | undefined {
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
